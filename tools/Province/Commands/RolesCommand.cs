using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province roles</c>: who signs what. The next publication makes it count.</summary>
internal static class RolesCommand
{
    private const int KeyFileMax = 4_096;
    private const int ThresholdMax = 32;
    private const int DaysMax = 3_650;

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var folder = new Argument<string>("OFFICE") { Description = "The authority's folder; it is made where it is missing." };
        var give = Many("--give", "ROLE=FILE.pub", $"Lets a key sign for a role. Roles: {string.Join(", ", RoleNames.All)}.");
        var need = Many("--need", "ROLE=N", "How many of a role's keys must sign.");
        var withdraw = Many("--withdraw", "KEY", "Takes a key away from every role: its name, or the first 8 digits of its id.");
        var hold = Many("--hold", "ROLE=DAYS", "How long the documents of a role hold.");
        var command = new Command("roles", "Shows or changes who signs what. A change counts when it is published.") { folder, give, need, withdraw, hold };
        command.SetAction(result =>
        {
            var office = new Office(result.GetRequiredValue(folder));
            var table = office.Roles;
            foreach (var name in result.GetValue(withdraw)!) table = table.Withdraw(name);
            foreach (var (role, file) in result.GetValue(give)!.Select(Split)) table = table.Give(role, NameOf(file), ReadKey(file));
            foreach (var (role, text) in result.GetValue(need)!.Select(Split)) table = table.Need(role, Number(text, ThresholdMax));
            foreach (var (role, text) in result.GetValue(hold)!.Select(Split)) table = table.Hold(role, Number(text, DaysMax));
            if (table != office.Roles) PublicFile.Write(office.RolesFile, table.ToBytes());
            Show(terminal, table);
        });
        return command;
    }

    private static void Show(Terminal terminal, RoleTable table)
    {
        foreach (var role in RoleNames.All)
        {
            var row = table[role];
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{role,-12} {row.Threshold} of {row.KeyIds.Count}, {row.Days} days: {string.Join(", ", row.KeyIds.Select(table.NameOf))}"));
        }

        foreach (var fault in table.Faults()) terminal.Error.WriteLine($"province: not yet: {fault}");
    }

    private static Option<string[]> Many(string name, string shape, string description) =>
        new(name) { Description = description, HelpName = shape, DefaultValueFactory = static _ => [] };

    private static (string Role, string Value) Split(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var role = at < 0 ? text : text[..at];
        if (at < 0 || !RoleNames.All.Contains(role))
            throw new CommandFailure($"'{text}' begins with no role and =: the roles are {string.Join(", ", RoleNames.All)}.");
        return (role, text[(at + 1)..]);
    }

    private static int Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new CommandFailure($"'{text}' is no number from 1 to {most}.");

    private static string NameOf(string file)
    {
        var name = Path.GetFileName(file);
        return name.EndsWith(".key.pub", StringComparison.Ordinal) ? name[..^".key.pub".Length] : Path.GetFileNameWithoutExtension(name);
    }

    private static TufKey ReadKey(string file)
    {
        if (!File.Exists(file)) throw new CommandFailure($"There is no public key at {file}: 'province key make' writes it beside the key.");
        try
        {
            if (new FileInfo(file).Length <= KeyFileMax) return TufKey.FromPublicPem(File.ReadAllText(file), static message => message);
        }
        catch (Exception none) when (none is CryptographicException or FormatException)
        {
            throw new CommandFailure($"{file} is no public key: expected PEM of a P-256 or Ed25519 key. The private key stays where it is.", none);
        }

        throw new CommandFailure($"{file} is over {KeyFileMax} bytes: no public key.");
    }
}
