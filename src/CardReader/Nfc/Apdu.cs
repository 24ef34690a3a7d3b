using System.Buffers.Binary;

namespace CardReader.Nfc;

/// <summary>Commands of ISO/IEC 7816-4, short form.</summary>
internal static class Apdu
{
    /// <summary>Greatest response: 256 bytes and the status word.</summary>
    public const int ResponseMax = 258;

    /// <summary>Status word of success.</summary>
    public const ushort Success = 0x9000;

    private const int StatusSize = 2;
    private const byte MoreToCome = 0x61;
    private const byte WrongLength = 0x6C;

    /// <summary>PC/SC part 3: the reader itself answers with the chip's UID.</summary>
    public static byte[] GetUid() => [0xFF, 0xCA, 0x00, 0x00, 0x00];

    /// <summary>SELECT by name (application id).</summary>
    public static byte[] Select(ReadOnlySpan<byte> name) => [0x00, 0xA4, 0x04, 0x00, (byte)name.Length, .. name, 0x00];

    /// <summary>SELECT an elementary file under the present one.</summary>
    public static byte[] SelectFile(ushort id) => [0x00, 0xA4, 0x02, 0x00, 0x02, (byte)(id >> 8), (byte)(id & 0xFF)];

    /// <summary>READ BINARY of a short file id, from its beginning.</summary>
    public static byte[] ReadBinary(byte shortFileId, byte length) => [0x00, 0xB0, (byte)(0x80 | shortFileId), 0x00, length];

    /// <summary>READ RECORD of the present file.</summary>
    public static byte[] ReadRecord(byte record) => [0x00, 0xB2, record, 0x04, 0x00];

    /// <summary>The status word; 0 when there is none.</summary>
    public static ushort Status(ReadOnlySpan<byte> response) =>
        response.Length < StatusSize ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(response[^StatusSize..]);

    /// <summary>The bytes before the status word.</summary>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> response) =>
        response.Length < StatusSize ? [] : response[..^StatusSize];

    /// <summary>The command that fetches what the card holds back (T=0); null when it holds nothing back.</summary>
    public static byte[]? FollowUp(ReadOnlySpan<byte> command, ReadOnlySpan<byte> response)
    {
        var status = Status(response);
        return (byte)(status >> 8) switch
        {
            MoreToCome => [0x00, 0xC0, 0x00, 0x00, (byte)(status & 0xFF)],
            WrongLength when command.Length == 5 => [.. command[..4], (byte)(status & 0xFF)],
            _ => null,
        };
    }
}
