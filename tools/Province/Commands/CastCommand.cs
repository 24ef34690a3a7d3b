using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Province.Codes;
using Province.Documents;
using Province.People;
using Verifier.Credentials;

namespace Province.Commands;

/// <summary><c>province cast</c>: writes what every role shows, as files.</summary>
internal static class CastCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var folder = ProvinceOptions.Folder();
        var output = new Option<string?>("--output") { Description = "Where to; FOLDER/cast without it.", HelpName = "FOLDER" };
        var now = ProvinceOptions.Now();
        var pixels = ProvinceOptions.ModulePixels();
        var command = new Command(
            "cast", "Writes what every role shows: texts and pictures of codes, files of cards, and their index cast.json.")
        {
            folder, output, now, pixels,
        };
        command.SetAction(result =>
        {
            var province = ProvinceFolder.Open(result.GetValue(folder)!);
            var target = result.GetValue(output) ?? Path.Combine(province.Path, "cast");
            var cast = province.CastAt(terminal.MomentOf(result.GetValue(now)));
            Write(cast, target, (int)result.GetValue(pixels));
            terminal.Out.WriteLine($"cast       {cast.Members.Count} roles in {target}");
        });
        return command;
    }

    /// <summary>Writes a cast into a folder.</summary>
    public static void Write(Cast cast, string target, int modulePixels)
    {
        Directory.CreateDirectory(target);
        var roles = new JsonArray();
        foreach (var member in cast.Members) roles.Add((JsonNode)Write(member, target, modulePixels));
        var index = new JsonObject { ["type"] = "test-cast", ["format"] = 1, ["roles"] = roles };
        File.WriteAllBytes(Path.Combine(target, "cast.json"), SignedDocuments.ToBytes(index));
    }

    /// <summary>The word for a carrier, in camel case.</summary>
    public static string Word(Carrier carrier) => JsonNamingPolicy.CamelCase.ConvertName(carrier.ToString());

    private static JsonObject Write(CastMember member, string target, int modulePixels)
    {
        var entry = new JsonObject { ["role"] = member.Role, ["carrier"] = Word(member.Carrier) };
        if ((member.CardFile ?? member.CardUid) is { } answer)
        {
            var file = $"{member.Role}.card";
            File.WriteAllText(Path.Combine(target, file), $"{CardIdentity.ApplicationOf(member.Carrier)}\t{Convert.ToHexString(answer.Span)}\n");
            entry["application"] = CardIdentity.ApplicationOf(member.Carrier);
            entry["answer"] = Convert.ToHexString(answer.Span);
            entry["file"] = file;
            return entry;
        }

        var codes = new JsonArray();
        for (var index = 0; index < member.Texts.Count; index++)
        {
            var name = NameOf(member, index);
            File.WriteAllBytes(Path.Combine(target, name + ".png"), QrPicture.Draw(member.Texts[index], modulePixels));
            File.WriteAllText(Path.Combine(target, name + ".txt"), member.Texts[index]);
            codes.Add((JsonNode)new JsonObject { ["text"] = member.Texts[index], ["picture"] = name + ".png" });
        }

        entry["codes"] = codes;
        return entry;
    }

    private static string NameOf(CastMember member, int index) => member.Texts.Count == 1
        ? member.Role
        : string.Create(CultureInfo.InvariantCulture, $"{member.Role}-{index + 1}");
}
