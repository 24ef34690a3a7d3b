using System.CommandLine;
using System.Text;
using Distribution;
using Province.Keys;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province key make</c>: a private key of the authority in an encrypted file, and its public part beside it.</summary>
internal static class KeyCommand
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Dictionary<string, OfficeKeyKind> Kinds = new(StringComparer.Ordinal)
    {
        ["p256"] = OfficeKeyKind.P256,
        ["ed25519"] = OfficeKeyKind.Ed25519,
        ["list"] = OfficeKeyKind.List,
    };

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "Where the key is written; FILE.pub is its public part. Its holder's name is a good name: li-root.key." };
        var kind = new Option<string>("--kind")
        {
            Description = "p256 and ed25519 sign; list is the secret of a list's epoch.",
            HelpName = "KIND",
            DefaultValueFactory = static _ => "p256",
        };
        kind.AcceptOnlyFromAmong([.. Kinds.Keys]);
        var passphrase = new Option<string?>("--passphrase-file") { Description = "A file whose first line is the passphrase. Without it you are asked.", HelpName = "FILE" };
        var make = new Command("make", "Makes a key. Never on a machine that has a network, unless it is for one that signs by itself.") { file, kind, passphrase };
        make.SetAction(result => Run(terminal, result.GetRequiredValue(file), Kinds[result.GetValue(kind)!], result.GetValue(passphrase)));
        return new Command("key", "Keys of a real authority.") { make };
    }

    private static void Run(Terminal terminal, string file, OfficeKeyKind kind, string? passphraseFile)
    {
        if (File.Exists(file)) throw new CommandFailure($"{file} is there already: a key is never written over.");
        var passphrase = KeyOptions.NewPassphrase(terminal, file, passphraseFile);
        var key = OfficeKey.Create(kind);
        using (var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
        {
            stream.Write(Encoding.ASCII.GetBytes(key.ToFile(passphrase, terminal.KeyRounds)));
            DurableFile.Flush(stream);
        }

        if (key.PublicPem is not { } pem)
        {
            terminal.Out.WriteLine($"{file}: secret of a list");
            return;
        }

        File.WriteAllText(file + ".pub", pem);
        terminal.Out.WriteLine($"{file}: key {TufKey.FromPublicPem(pem, static message => message).Id}");
    }
}
