using System.Globalization;

namespace Verifier.Verdicts;

/// <summary>
/// The number a person reads to the hotline: seven digits, no identity.
/// <code>
/// R R  S S S S  C
/// R  the reason, 2 digits
/// S  the passage's sequence at this gate, modulo 10,000: finds the record in the gate's journal
/// C  check digit by Damm's quasigroup: catches every wrong digit and every swap of neighbours
/// </code>
/// It decodes to its reason without a network.
/// </summary>
public readonly record struct Reference(Reason Reason, int Sequence)
{
    /// <summary>Digits in a reference.</summary>
    public const int Length = 7;

    /// <summary>Sequences repeat after this many passages.</summary>
    public const int SequenceCount = 10_000;

    private const int BodyLength = Length - 1;

    // Damm's totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004).
    private static ReadOnlySpan<byte> Quasigroup =>
    [
        0, 3, 1, 7, 5, 9, 8, 6, 4, 2,
        7, 0, 9, 2, 1, 5, 4, 8, 6, 3,
        4, 2, 0, 6, 8, 7, 1, 3, 5, 9,
        1, 7, 5, 0, 9, 8, 3, 4, 2, 6,
        6, 1, 2, 3, 0, 4, 5, 9, 7, 8,
        3, 6, 7, 4, 2, 0, 9, 5, 8, 1,
        5, 8, 6, 9, 7, 2, 0, 1, 3, 4,
        8, 9, 4, 5, 3, 6, 2, 0, 1, 7,
        9, 4, 3, 8, 6, 1, 7, 2, 0, 5,
        2, 5, 8, 1, 4, 3, 6, 7, 9, 0,
    ];

    /// <summary>The reference of a passage: its reason and its sequence number in the journal.</summary>
    public static Reference Of(Reason reason, long sequence) => new(reason, (int)(sequence % SequenceCount));

    /// <summary>Reads seven digits; blanks between them are passed over. False when the check digit disagrees.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Reference reference)
    {
        reference = default;
        Span<char> digits = stackalloc char[Length];
        var count = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-') continue;
            if (!char.IsAsciiDigit(c) || count == Length) return false;
            digits[count++] = c;
        }

        if (count != Length || Check(digits) != 0) return false;
        reference = new Reference(
            (Reason)byte.Parse(digits[..2], NumberStyles.None, CultureInfo.InvariantCulture),
            int.Parse(digits[2..BodyLength], NumberStyles.None, CultureInfo.InvariantCulture));
        return Enum.IsDefined(reference.Reason) && reference.Reason != Reason.None;
    }

    /// <summary>The seven digits.</summary>
    public override string ToString()
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{(byte)Reason:00}{Sequence:0000}");
        return string.Create(CultureInfo.InvariantCulture, $"{body}{Check(body)}");
    }

    private static int Check(ReadOnlySpan<char> digits)
    {
        var interim = 0;
        foreach (var digit in digits) interim = Quasigroup[(interim * 10) + (digit - '0')];
        return interim;
    }
}
