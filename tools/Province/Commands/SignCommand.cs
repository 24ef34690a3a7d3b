using System.CommandLine;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province sign</c> and <c>province join</c>: signatures on a draft, made on different machines.</summary>
internal static class SignCommand
{
    /// <summary><c>province sign</c>.</summary>
    public static Command MakeSign(Terminal terminal)
    {
        var draft = new Argument<string>("DRAFT") { Description = "The draft, N.ROLE.json, on a stick or in the office's drafts." };
        var keys = new KeyOptions("--key", "Your key.", isRequired: true);
        var command = new Command("sign", "Shows what a draft says and signs it. Needs nothing but the draft and the key.") { draft };
        keys.AddTo(command);
        command.SetAction(result =>
        {
            var path = result.GetRequiredValue(draft);
            var document = Draft.Read(path);
            foreach (var line in document.Contents()) terminal.Out.WriteLine(line);
            foreach (var key in keys.Open(terminal, result).Select(static key => key.ToSigner()))
            {
                if (document.TrySign(key)) continue;
                var wanted = string.Join(", ", document.Wanted.SelectMany(static rule => rule.Names.Values).Distinct());
                throw new CommandFailure($"Key {key.Id[..8]} does not sign for {document.Role}. Nothing was signed. These do: {wanted}.");
            }

            PublicFile.Write(path, document.ToFile());
            foreach (var line in document.Progress()) terminal.Out.WriteLine(line);
        });
        return command;
    }

    /// <summary><c>province join</c>.</summary>
    public static Command MakeJoin(Terminal terminal)
    {
        var draft = new Argument<string>("DRAFT") { Description = "The draft in the office." };
        var copies = new Argument<string[]>("COPY") { Description = "Signed copies of it.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("join", "Takes the signatures of copies of a draft.") { draft, copies };
        command.SetAction(result =>
        {
            var path = result.GetRequiredValue(draft);
            var document = Draft.Read(path);
            foreach (var copy in result.GetRequiredValue(copies))
            {
                if (document.Join(Draft.Read(copy)) == 0)
                    terminal.Error.WriteLine($"province: {copy} has no signature that counts and is not here already.");
            }

            PublicFile.Write(path, document.ToFile());
            foreach (var line in document.Progress()) terminal.Out.WriteLine(line);
        });
        return command;
    }
}
