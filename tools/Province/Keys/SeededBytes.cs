using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Province.Keys;

/// <summary>
/// Bytes that follow from a seed and a label, so that a test province is the same everywhere:
/// block i = HMAC-SHA256(seed, label || 0 || i as 8 bytes big-endian). Never for a real province.
/// </summary>
internal sealed class SeededBytes
{
    private const int BlockSize = HMACSHA256.HashSizeInBytes;
    private readonly byte[] seed;

    /// <summary>A source over the UTF-8 bytes of a seed text.</summary>
    public SeededBytes(string seed) => this.seed = SHA256.HashData(Encoding.UTF8.GetBytes(seed));

    /// <summary>The first bytes of a label's stream.</summary>
    public byte[] Bytes(string label, int size)
    {
        var bytes = new byte[size];
        Fill(label, 0, bytes);
        return bytes;
    }

    /// <summary>Fills a buffer of at most 32 bytes with the block of a number under a label. Allocates nothing.</summary>
    public void Fill(ReadOnlySpan<char> label, long number, Span<byte> destination)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        Span<byte> message = stackalloc byte[Encoding.UTF8.GetMaxByteCount(label.Length) + 1 + sizeof(long)];
        var size = Encoding.UTF8.GetBytes(label, message);
        message[size++] = 0;
        var counter = number;
        for (var at = 0; at < destination.Length; at += BlockSize)
        {
            BinaryPrimitives.WriteInt64BigEndian(message[size..], counter++);
            HMACSHA256.HashData(seed, message[..(size + sizeof(long))], block);
            block[..Math.Min(BlockSize, destination.Length - at)].CopyTo(destination[at..]);
        }
    }
}
