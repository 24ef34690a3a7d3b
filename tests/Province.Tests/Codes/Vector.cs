namespace Province.Tests.Codes;

/// <summary>One line of a vector file.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Expected">The first check that fails, or <see cref="Sound"/>.</param>
/// <param name="Text">The text of the QR code.</param>
internal sealed record Vector(string Name, string Expected, string Text)
{
    public const string Sound = "ok";
    public const string Length = "length";
    public const string OtherCode = "notAHealthCode";
    public const string Base45 = "base45";
    public const string Envelope = "envelope";
    public const string Claims = "claims";
    public const string Signature = "signature";

    public static Vector Parse(string line)
    {
        var parts = line.Split('\t', 3);
        return new Vector(parts[0], parts[1], parts[2]);
    }

    public override string ToString() => $"{Name}\t{Expected}\t{Text}";
}
