using System.Diagnostics.CodeAnalysis;

namespace VirtualCard;

/// <summary>Which application a virtual card answers with.</summary>
public enum CardKind
{
    /// <summary>None: the chip has a UID and nothing else.</summary>
    Uid = 0,

    /// <summary>T-Union transit card, file SFI 15h.</summary>
    Transit,

    /// <summary>City Union card, file SFI 15h.</summary>
    City,

    /// <summary>T-Union transit card that gives its file in tag 9F0C of the answer to SELECT, and by no other way.</summary>
    TransitInSelect,

    /// <summary>Social-security card, record 7 of EF05.</summary>
    Social,

    /// <summary>A card that refuses every command, its UID too.</summary>
    Mute,
}

/// <summary>
/// What a virtual card answers to APDUs. Pure but for which application is selected. A card that is asked for a file with a
/// person's name in it (EF06) remembers that it was.
/// </summary>
public sealed class CardFace
{
    /// <summary>Greatest file in bytes: what one short response carries.</summary>
    public const int FileMax = 250;

    private static readonly byte[] Transit = Convert.FromHexString("A000000632010105");
    private static readonly byte[] City = Convert.FromHexString("A00000000386980701");
    private static readonly byte[] Social = Convert.FromHexString("7378312E73682EC9E7BBE1B1A3D5CF");
    private static readonly byte[] Success = [0x90, 0x00];
    private static readonly byte[] NotFound = [0x6A, 0x82];
    private readonly CardKind kind;
    private readonly byte[] file;
    private readonly byte[] uid;
    private bool isApplicationSelected;
    private bool isRecordFileSelected;

    /// <summary>A card.</summary>
    /// <param name="kind">Its application.</param>
    /// <param name="file">The application's file, at most <see cref="FileMax"/> bytes; empty for a UID alone.</param>
    /// <param name="uid">The UID, 4, 7 or 10 bytes.</param>
    public CardFace(CardKind kind, byte[] file, byte[] uid)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(file.Length, FileMax);
        if (uid.Length is not (4 or 7 or 10)) throw new ArgumentException("A UID has 4, 7 or 10 bytes.", nameof(uid));
        this.kind = kind;
        this.file = file;
        this.uid = uid;
    }

    /// <summary>Whether EF06, which holds a name, was ever asked for.</summary>
    public bool WasAskedForName { get; private set; }

    /// <summary>Whether a card of a word of the command line exists: uid, transit, city, transit-in-select, social, mute.</summary>
    public static bool TryParseKind([NotNullWhen(true)] string? word, out CardKind kind)
    {
        (var isKnown, kind) = word switch
        {
            "uid" => (true, CardKind.Uid),
            "transit" => (true, CardKind.Transit),
            "city" => (true, CardKind.City),
            "transit-in-select" => (true, CardKind.TransitInSelect),
            "social" => (true, CardKind.Social),
            "mute" => (true, CardKind.Mute),
            _ => (false, CardKind.Uid),
        };
        return isKnown;
    }

    /// <summary>Power off or reset: nothing is selected.</summary>
    public void Reset()
    {
        isApplicationSelected = false;
        isRecordFileSelected = false;
    }

    /// <summary>The response to a command, with its status word.</summary>
    public byte[] Answer(ReadOnlySpan<byte> command) => command switch
    {
        _ when kind == CardKind.Mute => NotFound,
        [0xFF, 0xCA, 0x00, 0x00, ..] => [.. uid, .. Success],
        [0x00, 0xA4, 0x04, 0x00, var length, ..] when command.Length >= 5 + length => SelectName(command.Slice(5, length)),
        [0x00, 0xA4, 0x02, 0x00, 0x02, var high, var low, ..] => SelectFile((ushort)((high << 8) | low)),
        [0x00, 0xB0, 0x95, 0x00, ..] when isApplicationSelected && kind is CardKind.Transit or CardKind.City => [.. file, .. Success],
        [0x00, 0xB2, 0x07, 0x04, ..] when isRecordFileSelected => [.. file, .. Success],
        _ => NotFound,
    };

    private byte[] SelectName(ReadOnlySpan<byte> name)
    {
        isRecordFileSelected = false;
        byte[]? own = kind switch
        {
            CardKind.Transit or CardKind.TransitInSelect => Transit,
            CardKind.City => City,
            CardKind.Social => Social,
            _ => null,
        };
        isApplicationSelected = own is not null && name.SequenceEqual(own);
        if (!isApplicationSelected) return NotFound;
        return kind == CardKind.TransitInSelect ? [.. ControlInformation(), .. Success] : Success;
    }

    // 6F (file control information) { 84 (name), A5 { 9F0C (the file) } }, ISO/IEC 7816-4 table 12.
    private byte[] ControlInformation()
    {
        byte[] proprietary = [0x9F, 0x0C, (byte)file.Length, .. file];
        byte[] template = [0x84, (byte)Transit.Length, .. Transit, 0xA5, (byte)proprietary.Length, .. proprietary];
        return [0x6F, (byte)template.Length, .. template];
    }

    private byte[] SelectFile(ushort id)
    {
        WasAskedForName |= id == 0xEF06;
        isRecordFileSelected = isApplicationSelected && kind == CardKind.Social && id == 0xEF05;
        return isRecordFileSelected ? Success : NotFound;
    }
}
