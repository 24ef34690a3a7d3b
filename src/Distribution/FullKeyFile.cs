using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Verifier.AllowList;
using Layout = Distribution.FullKeyLayout;

namespace Distribution;

/// <summary>
/// The authority's <c>base-EPOCH.full</c>: what the pages of a base leave out of each key. Any thread. Rules, in checking
/// order: head there, magic, format, the hash of the index it was written with, as many entries as that index, length.
/// </summary>
public sealed class FullKeyFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private FullKeyFile(SafeFileHandle handle) => this.handle = handle;

    /// <summary>Opens the companion of a base.</summary>
    /// <param name="path">The file.</param>
    /// <param name="indexFile">The bytes of <c>base-EPOCH.idx</c>.</param>
    /// <param name="entryCount">The entries that the index names.</param>
    /// <exception cref="InvalidDataException">It is no companion, or that of another base.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FullKeyFile Open(string path, ReadOnlySpan<byte> indexFile, long entryCount)
    {
        var opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        var fault = Check(opened, indexFile, entryCount);
        if (fault is null) return new FullKeyFile(opened);
        opened.Dispose();
        throw new InvalidDataException($"{path}: {fault}.");
    }

    /// <summary>The full key of a rank, given its 56 bits from the page. Meaningless for an ambiguous entry.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SubjectKey FullKey(long rank, ulong pageKey)
    {
        Span<byte> rest = stackalloc byte[Layout.RestSize];
        ReadExactly(handle, rest, Layout.HeaderSize + (rank * Layout.RestSize));
        return SubjectKey.FromFull(((UInt128)pageKey << Layout.RestBits) | Layout.ReadRest(rest));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();

    private static string? Check(SafeFileHandle handle, ReadOnlySpan<byte> indexFile, long entryCount)
    {
        var length = RandomAccess.GetLength(handle);
        if (length < Layout.HeaderSize) return "shorter than its head";
        Span<byte> head = stackalloc byte[Layout.HeaderSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        ReadExactly(handle, head, 0);
        if (!head.StartsWith(Layout.Magic)) return "no companion of a base";
        if (BinaryPrimitives.ReadUInt16BigEndian(head[Layout.FormatOffset..]) != Layout.Format) return "an unknown format";
        SHA256.HashData(indexFile, hash);
        if (!head[Layout.HashOffset..].SequenceEqual(hash)) return "the companion of another base";
        if (BinaryPrimitives.ReadInt64BigEndian(head[Layout.CountOffset..]) != entryCount) return "another number of entries than its base";
        return length == Layout.HeaderSize + (entryCount * Layout.RestSize) ? null : "not the length that its count says";
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> target, long offset)
    {
        for (var done = 0; done < target.Length;)
        {
            var size = RandomAccess.Read(handle, target[done..], offset + done);
            if (size == 0) throw new EndOfStreamException("The companion of the base is cut short.");
            done += size;
        }
    }
}
