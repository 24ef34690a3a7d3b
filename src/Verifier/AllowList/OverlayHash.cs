using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Verifier.AllowList;

/// <summary>
/// The SHA-256 of an overlay, over these bytes; integers are big-endian:
/// <code>
/// 4    magic "GALR"
/// 4    epoch
/// 4    sequence
/// 8    as-of, Unix seconds
/// 32   SHA-256 of the base's index
/// 4    ranks r
/// 4    inserted keys i
/// 4    full keys s
/// 5r   per rank: rank (4), value (1); rising
/// 8i   per inserted key: key (7), value (1); rising
/// 17s  per full key: key (16), value (1); rising
/// </code>
/// </summary>
internal static class OverlayHash
{
    private const int HeadSize = 64;
    private const int ChunkEntries = 2_048;

    private delegate void Put<TKey>(Span<byte> target, TKey key);

    private static ReadOnlySpan<byte> Magic => "GALR"u8;

    public static byte[] Of(DeltaOverlay overlay)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[HeadSize];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], overlay.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], overlay.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(head[12..], overlay.AsOf.ToUnixTimeSeconds());
        overlay.BaseHash.CopyTo(head[20..]);
        BinaryPrimitives.WriteInt32BigEndian(head[52..], overlay.Changes.Ranks.Count);
        BinaryPrimitives.WriteInt32BigEndian(head[56..], overlay.Changes.Inserts.Count);
        BinaryPrimitives.WriteInt32BigEndian(head[60..], overlay.Changes.Side.Count);
        hash.AppendData(head);
        Append(hash, overlay.Changes.Ranks, sizeof(int), BinaryPrimitives.WriteInt32BigEndian);
        Append(hash, overlay.Changes.Inserts, AllowListIndexLayout.KeySize, AllowListIndexLayout.WriteKey);
        Append(hash, overlay.Changes.Side, AllowListIndexLayout.FullKeySize, BinaryPrimitives.WriteUInt128BigEndian);
        return hash.GetHashAndReset();
    }

    private static void Append<TKey>(IncrementalHash hash, ListColumn<TKey> column, int keySize, Put<TKey> put)
        where TKey : struct, IComparable<TKey>
    {
        var chunk = new byte[ChunkEntries * (keySize + 1)];
        var keys = column.Keys;
        var values = column.Values;
        var filled = 0;
        for (var index = 0; index < keys.Length; index++)
        {
            put(chunk.AsSpan(filled), keys[index]);
            chunk[filled + keySize] = values[index].Code;
            filled += keySize + 1;
            if (filled < chunk.Length) continue;
            hash.AppendData(chunk);
            filled = 0;
        }

        hash.AppendData(chunk.AsSpan(0, filled));
    }
}
