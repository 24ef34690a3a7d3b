using System.Diagnostics;

namespace Verifier.Encoding;

/// <summary>Base45 (RFC 9285): three characters of the QR alphanumeric set for two bytes.</summary>
/// <remarks>One text for one value: lower case, blanks around, and a group above its range are faults.</remarks>
public static class Base45
{
    private const int Radix = 45;
    private const byte NotInAlphabet = 0xFF;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"u8;

    /// <summary>Bytes that a text of this many characters decodes to.</summary>
    public static int DecodedSize(int characterCount) => (characterCount / 3 * 2) + (characterCount % 3 == 0 ? 0 : 1);

    /// <summary>Characters that encode this many bytes.</summary>
    public static int EncodedLength(int byteCount) => (byteCount / 2 * 3) + (byteCount % 2 * 2);

    /// <summary>Decodes the whole text. False on a foreign character, a group out of range, a lone last character or
    /// too small a destination. Never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length % 3 == 1 || destination.Length < DecodedSize(text.Length)) return false;
        var count = 0;
        for (var at = 0; at < text.Length; at += 3)
        {
            var group = text.Slice(at, Math.Min(3, text.Length - at));
            if (!TryGroup(group, out var value)) return false;
            if (group.Length == 3) destination[count++] = (byte)(value >> 8);
            destination[count++] = (byte)(value & 0xFF);
        }

        written = count;
        return true;
    }

    /// <summary>Encodes the bytes as ASCII characters.</summary>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < EncodedLength(source.Length))
            throw new ArgumentException("Too small for the text.", nameof(destination));
        var count = 0;
        for (var at = 0; at < source.Length; at += 2)
        {
            var isPair = at + 1 < source.Length;
            var value = isPair ? (source[at] << 8) | source[at + 1] : source[at];
            for (var digit = 0; digit < (isPair ? 3 : 2); digit++, value /= Radix)
                destination[count++] = Alphabet[value % Radix];
            Debug.Assert(value == 0, "Two bytes fit three digits.");
        }

        return count;
    }

    private static bool TryGroup(ReadOnlySpan<byte> group, out int value)
    {
        value = 0;
        for (var at = group.Length - 1; at >= 0; at--)
        {
            var digit = Digit(group[at]);
            if (digit == NotInAlphabet) return false;
            value = (value * Radix) + digit;
        }

        return value <= (group.Length == 3 ? ushort.MaxValue : byte.MaxValue);
    }

    private static byte Digit(byte character)
    {
        var index = Alphabet.IndexOf(character);
        return index < 0 ? NotInAlphabet : (byte)index;
    }
}
