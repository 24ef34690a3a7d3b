using System.CommandLine;

namespace Province.Commands;

/// <summary>
/// The command line of an authority, real or for tests. Exit codes: 0 done, 1 could not, 2 not understood. Data goes to standard output,
/// progress and complaints to standard error.
/// </summary>
internal static class CommandLine
{
    private const int Done = 0;
    private const int CouldNot = 1;
    private const int NotUnderstood = 2;

    /// <summary>Runs one command.</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var root = new RootCommand("The authority's side. Commands that take a seed are for a test province and never for real people: every key follows from the seed.")
        {
            KeyCommand.Make(terminal),
            RolesCommand.Make(terminal),
            GateCommand.Make(terminal),
            GateCommand.MakeEpoch(terminal),
            PublishCommand.Make(terminal),
            SignCommand.MakeSign(terminal),
            SignCommand.MakeJoin(terminal),
            MakeCommand.Make(terminal),
            ListCommand.Make(terminal),
            CodeCommand.Make(terminal),
            CardCommand.Make(terminal),
            CastCommand.Make(terminal),
            TechnicianCommand.Make(terminal),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) terminal.Error.WriteLine($"province: {error.Message}");
            terminal.Error.WriteLine("province: 'province --help' and 'province COMMAND --help' say what is understood.");
            return NotUnderstood;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            return parsed.Invoke(configuration) == 0 ? Done : CouldNot;
        }
        catch (Exception failure) when (failure is CommandFailure or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"province: {failure.Message}");
            return CouldNot;
        }
    }
}
