using System.CommandLine;
using Province.Keys;

namespace Province.Commands;

/// <summary>Key files and their passphrases on a command line.</summary>
internal sealed class KeyOptions
{
    /// <summary>Least length of a new passphrase.</summary>
    public const int PassphraseMin = 12;

    private const int PassphraseMax = 1_024;
    private readonly Option<string[]> passphrases = new("--passphrase-file")
    {
        Description = "A file whose first line is the passphrase: one for all keys, or one for each in their order. Without it you are asked.",
        HelpName = "FILE",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string[]> keys;

    /// <summary>Options of a command.</summary>
    /// <param name="name"><c>--key</c> or <c>--list-key</c>.</param>
    /// <param name="description">What the keys are for.</param>
    /// <param name="isRequired">True when at least one must be given.</param>
    public KeyOptions(string name, string description, bool isRequired) =>
        keys = new Option<string[]>(name) { Description = description, HelpName = "FILE", Required = isRequired, DefaultValueFactory = static _ => [] };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(keys);
        command.Options.Add(passphrases);
    }

    /// <summary>Opens the keys that were named.</summary>
    /// <exception cref="CommandFailure">A key or a passphrase is missing or wrong.</exception>
    public IReadOnlyList<OfficeKey> Open(Terminal terminal, ParseResult result)
    {
        var files = result.GetValue(keys)!;
        var secrets = result.GetValue(passphrases)!;
        if (secrets.Length > 1 && secrets.Length != files.Length)
            throw new CommandFailure($"{files.Length} keys and {secrets.Length} passphrase files: name one for all, or one for each.");
        return [.. files.Select((file, index) => OfficeKey.Open(file, Passphrase(terminal, file, secrets.Length > 1 ? secrets[index] : secrets.FirstOrDefault())))];
    }

    /// <summary>The passphrase for a new key: from the file, or asked for twice.</summary>
    /// <exception cref="CommandFailure">It is too short, or not the same twice.</exception>
    public static string NewPassphrase(Terminal terminal, string file, string? secretFile)
    {
        var passphrase = Passphrase(terminal, file, secretFile);
        if (passphrase.Length < PassphraseMin)
            throw new CommandFailure($"A passphrase has at least {PassphraseMin} characters: six words drawn by dice are good and can be kept in mind.");
        if (secretFile is null && Passphrase(terminal, $"{file}, again", null) != passphrase)
            throw new CommandFailure("These were two passphrases. Nothing was written.");
        return passphrase;
    }

    private static string Passphrase(Terminal terminal, string file, string? secretFile)
    {
        if (secretFile is not null)
        {
            if (!File.Exists(secretFile)) throw new CommandFailure($"There is no passphrase file at {secretFile}.");
            using var lines = File.OpenText(secretFile);
            return lines.ReadLine() is { Length: > 0 and <= PassphraseMax } line ? line : throw new CommandFailure($"The first line of {secretFile} is no passphrase.");
        }

        terminal.Error.Write($"Passphrase of {file}: ");
        var typed = terminal.ReadSecret();
        terminal.Error.WriteLine();
        return typed is { Length: > 0 and <= PassphraseMax }
            ? typed
            : throw new CommandFailure("There is no one to ask for the passphrase: name --passphrase-file.");
    }
}
