using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifier.AllowList;

namespace Distribution;

/// <summary>
/// The authority's <c>base-EPOCH.added</c>: the full keys of subjects that were inserted since the base, so that a later
/// change can tell the same subject from one that collides. One full key for each 56-bit key; those of ambiguous keys stand
/// in the overlay. Immutable. Integers are big-endian.
/// <code>
/// 0    4   magic "GALA"
/// 4    2   format 1
/// 6    2   zero
/// 8    8   count n
/// 16  32   SHA-256 of base-EPOCH.idx
/// 48  16n  full keys, rising
/// </code>
/// </summary>
public sealed class InsertedKeys
{
    private const ushort Format = 1;
    private const int FormatOffset = 4;
    private const int CountOffset = 8;
    private const int HashOffset = 16;
    private const int HeaderSize = HashOffset + SHA256.HashSizeInBytes;
    private const int KeySize = 16;

    private readonly SortedDictionary<ulong, SubjectKey> keys;

    private InsertedKeys(SortedDictionary<ulong, SubjectKey> keys) => this.keys = keys;

    /// <summary>Nothing was inserted.</summary>
    public static InsertedKeys None { get; } = new([]);

    /// <summary>How many.</summary>
    public int Count => keys.Count;

    private static ReadOnlySpan<byte> Magic => "GALA"u8;

    /// <summary>The subject that was inserted under a 56-bit key.</summary>
    public bool TryFind(ulong pageKey, out SubjectKey full) => keys.TryGetValue(pageKey, out full);

    /// <summary>These and more; of two under one 56-bit key the newer.</summary>
    public InsertedKeys With(IEnumerable<SubjectKey> more)
    {
        var all = new SortedDictionary<ulong, SubjectKey>(keys);
        foreach (var key in more) all[key.Page] = key;
        return new InsertedKeys(all);
    }

    /// <summary>Reads the file of a base; where there is none nothing was inserted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="indexHash">SHA-256 of the base's index.</param>
    /// <exception cref="InvalidDataException">It is broken, or that of another base.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static InsertedKeys Read(string path, ReadOnlySpan<byte> indexHash)
    {
        if (!File.Exists(path)) return None;
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt16BigEndian(bytes[FormatOffset..]) != Format)
            throw new InvalidDataException($"{path}: no keys inserted since a base.");
        if (!bytes[HashOffset..HeaderSize].SequenceEqual(indexHash)) throw new InvalidDataException($"{path}: of another base.");
        var count = BinaryPrimitives.ReadInt64BigEndian(bytes[CountOffset..]);
        if (bytes.Length != HeaderSize + (count * KeySize)) throw new InvalidDataException($"{path}: not the length that its count says.");
        var all = new SortedDictionary<ulong, SubjectKey>();
        for (var rest = bytes[HeaderSize..]; !rest.IsEmpty; rest = rest[KeySize..])
        {
            var key = SubjectKey.FromFull(BinaryPrimitives.ReadUInt128BigEndian(rest));
            all[key.Page] = key;
        }

        return new InsertedKeys(all);
    }

    /// <summary>Writes the file so that a power cut leaves the old or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path, ReadOnlySpan<byte> indexHash)
    {
        var bytes = new byte[HeaderSize + (keys.Count * KeySize)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(FormatOffset), Format);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(CountOffset), keys.Count);
        indexHash.CopyTo(bytes.AsSpan(HashOffset));
        var at = HeaderSize;
        foreach (var key in keys.Values)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at), key.Full);
            at += KeySize;
        }

        DurableFile.Write(path, bytes);
    }
}
