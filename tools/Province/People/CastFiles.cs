using System.Globalization;
using System.Text.Json;
using Province.Codes;
using Verifier.Credentials;

namespace Province.People;

/// <summary>
/// Writes what a cast shows: <c>cast.tsv</c> with a line for each thing shown (role, carrier, payload: a text, or
/// hexadecimal digits of a card), and a PNG picture of each code, <c>ROLE-N.png</c>.
/// </summary>
internal static class CastFiles
{
    /// <summary>Writes the folder.</summary>
    public static void Write(string folder, Cast cast)
    {
        Directory.CreateDirectory(folder);
        using var index = new StreamWriter(Path.Combine(folder, "cast.tsv"));
        index.WriteLine("role\tcarrier\tpayload");
        foreach (var member in cast.Members)
        {
            if ((member.CardFile ?? member.CardUid) is { } answer)
                index.WriteLine($"{member.Role}\t{Word(member.Carrier)}\t{Convert.ToHexStringLower(answer.Span)}");
            for (var number = 0; number < member.Texts.Count; number++)
            {
                index.WriteLine($"{member.Role}\tqr\t{member.Texts[number]}");
                var picture = string.Create(CultureInfo.InvariantCulture, $"{member.Role}-{number + 1}.png");
                File.WriteAllBytes(Path.Combine(folder, picture), QrPicture.Draw(member.Texts[number]));
            }
        }
    }

    /// <summary>The word for a carrier, in camel case.</summary>
    public static string Word(Carrier carrier) => JsonNamingPolicy.CamelCase.ConvertName(carrier.ToString());
}
