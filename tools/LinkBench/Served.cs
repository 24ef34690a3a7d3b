using System.Globalization;

namespace LinkBench;

/// <summary>What the server wrote down of one request.</summary>
/// <param name="At">When it was answered, seconds since 1970.</param>
/// <param name="Received">Bytes of the request.</param>
/// <param name="Sent">Bytes of the whole answer, head included.</param>
/// <param name="Body">Bytes of its body.</param>
/// <param name="What">What was asked for, and the status where it is not the ordinary one.</param>
internal readonly record struct Served(double At, long Received, long Sent, long Body, string What)
{
    /// <summary>The log's format, which <see cref="Read"/> reads.</summary>
    public const string Format = "$msec $request_length $bytes_sent $body_bytes_sent $status $uri";

    /// <summary>Reads a line of the log.</summary>
    public static Served Read(string line)
    {
        var fields = line.Split(' ');
        return new Served(
            double.Parse(fields[0], CultureInfo.InvariantCulture), Number(fields[1]), Number(fields[2]), Number(fields[3]), NameOf(fields[5], fields[4]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // metadata/17.sites-3f.json is "sites bin", targets/list/HASH.delta-1-2-3 is "delta".
    private static string NameOf(string uri, string status)
    {
        var name = uri[(uri.LastIndexOf('/') + 1)..];
        var isTarget = uri.StartsWith("/targets/", StringComparison.Ordinal);
        if (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var point && (isTarget || char.IsAsciiDigit(name[0]))) name = name[(point + 1)..];
        name = name.Replace(".json", string.Empty, StringComparison.Ordinal);
        var what = uri.Split('/')[1..^1] switch
        {
            ["targets", "list"] => name.Split('-')[0],
            ["targets", "sites"] => "site of the gate",
            ["targets", "keys"] => "key of the gate",
            _ when name.StartsWith("sites-", StringComparison.Ordinal) => "sites bin",
            _ when name.StartsWith("keys-", StringComparison.Ordinal) => "keys bin",
            _ => name,
        };
        return status is "200" or "206" ? what : $"{what}, {status}";
    }
}
