namespace Verifier.AllowList;

/// <summary>
/// The four bits that stand for a value in a page; elsewhere it is a byte (<see cref="ListValue"/>).
/// <code>
/// bit 0-2  1 red, 2 green, 3 to 5 yellow for reason 1 to 3, 6 ambiguous
/// bit 3    static code allowed; not with ambiguous
/// </code>
/// </summary>
internal static class ListPageValue
{
    // The value of each code; zero where there is none.
    private static ReadOnlySpan<byte> Values =>
    [
        0, 0b1, 0b11, 0b110, 0b1010, 0b1110, 0b10_0000, 0,
        0, 0b1_0001, 0b1_0011, 0b1_0110, 0b1_1010, 0b1_1110, 0, 0,
    ];

    /// <summary>The code of a value that an entry can have.</summary>
    public static byte CodeOf(ListValue value) => (byte)Values.IndexOf(value.Code);

    /// <summary>Reads a code of four bits. False for any that no publisher writes.</summary>
    public static bool TryRead(byte code, out ListValue value) => ListValue.TryRead(Values[code & 0xF], out value);
}
