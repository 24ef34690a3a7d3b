using System.Runtime.InteropServices;

namespace Verifier.AllowList;

/// <summary>
/// The value of one list entry, one byte on the wire; four bits in a page (<see cref="ListPageValue"/>).
/// <code>
/// bit 0-1  colour          1 red, 2 yellow, 3 green (0 is not a valid entry unless bit 5 is set)
/// bit 2-3  yellow reason   0 unless the colour is yellow
/// bit 4    static code     a printed code of this person is accepted where the policy allows static codes
/// bit 5    ambiguous       two subjects share this key: look in the side table
/// bit 6-7  zero
/// </code>
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ListValue
{
    private const int YellowShift = 2;
    private const byte ColourMask = 0b11;
    private const byte StaticBit = 1 << 4;
    private const byte AmbiguousBit = 1 << 5;
    private const byte ReservedMask = 0b1100_0000;

    private ListValue(byte code) => Code = code;

    /// <summary>The wire byte.</summary>
    public byte Code { get; }

    /// <summary>The colour; none when <see cref="IsAmbiguous"/>.</summary>
    public Colour Colour => (Colour)(Code & ColourMask);

    /// <summary>Why yellow; none for other colours.</summary>
    public YellowReason YellowReason => (YellowReason)((Code >> YellowShift) & ColourMask);

    /// <summary>True when a printed code of this person may be accepted.</summary>
    public bool IsStaticCodeAllowed => (Code & StaticBit) != 0;

    /// <summary>True when the key is shared and the side table decides.</summary>
    public bool IsAmbiguous => (Code & AmbiguousBit) != 0;

    /// <summary>The value that sends a look-up to the side table.</summary>
    public static ListValue Ambiguous { get; } = new(AmbiguousBit);

    /// <summary>Makes the value of a listed subject.</summary>
    /// <exception cref="ArgumentException">No colour, or a yellow reason on another colour, or yellow without one.</exception>
    public static ListValue Of(Colour colour, YellowReason reason = YellowReason.None, bool isStaticCodeAllowed = false)
    {
        var code = (byte)((byte)colour | ((byte)reason << YellowShift) | (isStaticCodeAllowed ? StaticBit : 0));
        return TryRead(code, out var value)
            ? value
            : throw new ArgumentException($"{colour} with reason {reason} is not a list value.", nameof(colour));
    }

    /// <summary>Reads a wire byte. False for any byte that no publisher writes.</summary>
    public static bool TryRead(byte code, out ListValue value)
    {
        value = new ListValue(code);
        if (value.IsAmbiguous) return code == AmbiguousBit;
        if ((code & ReservedMask) != 0 || value.Colour == Colour.None) return false;
        return value.Colour == Colour.Yellow == (value.YellowReason != YellowReason.None);
    }
}
