using System.Buffers.Binary;
using System.Text;

namespace Province.Tests.Codes;

/// <summary>CBOR items by hand, so that vectors can break every rule the library keeps.</summary>
internal static class RawCbor
{
    private const byte Shortest = 23;

    public static byte[] Int(long value) => value >= 0 ? Head(0, (ulong)value) : Head(1, (ulong)(-1 - value));

    public static byte[] Bytes(ReadOnlySpan<byte> value) => [.. Head(2, (ulong)value.Length), .. value];

    public static byte[] Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return [.. Head(3, (ulong)bytes.Length), .. bytes];
    }

    public static byte[] Array(params byte[][] items) => [.. Head(4, (ulong)items.Length), .. items.SelectMany(item => item)];

    public static byte[] Map(params (byte[] Key, byte[] Value)[] entries) =>
        [.. Head(5, (ulong)entries.Length), .. entries.SelectMany(entry => (byte[])[.. entry.Key, .. entry.Value])];

    public static byte[] OpenMap(params (byte[] Key, byte[] Value)[] entries) =>
        [0xBF, .. entries.SelectMany(entry => (byte[])[.. entry.Key, .. entry.Value]), 0xFF];

    /// <summary>A number in nine bytes, however small.</summary>
    public static byte[] WideInt(ulong value)
    {
        var item = new byte[9];
        item[0] = 0x1B;
        BinaryPrimitives.WriteUInt64BigEndian(item.AsSpan(1), value);
        return item;
    }

    private static byte[] Head(byte major, ulong value)
    {
        var type = (byte)(major << 5);
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        return value switch
        {
            <= Shortest => [(byte)(type | (byte)value)],
            <= byte.MaxValue => [(byte)(type | 24), .. wide[7..]],
            <= ushort.MaxValue => [(byte)(type | 25), .. wide[6..]],
            <= uint.MaxValue => [(byte)(type | 26), .. wide[4..]],
            _ => [(byte)(type | 27), .. wide],
        };
    }
}
