using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifier.AllowList;
using Layout = Distribution.FullKeyLayout;

namespace Distribution;

/// <summary>Writes <c>base-EPOCH.full</c> beside the pages of a base, in rank order. One thread.</summary>
public sealed class FullKeyWriter : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly FileStream stream;
    private long count;

    private FullKeyWriter(FileStream stream) => this.stream = stream;

    /// <summary>Begins the file; overwritten.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FullKeyWriter Create(string path)
    {
        var created = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferSize,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        created.Position = Layout.HeaderSize;
        return new FullKeyWriter(created);
    }

    /// <summary>Adds the entry of the next rank; the default for an ambiguous one.</summary>
    public void Add(SubjectKey key)
    {
        Span<byte> rest = stackalloc byte[Layout.RestSize];
        Layout.WriteRest(rest, key);
        stream.Write(rest);
        count++;
    }

    /// <summary>Ends the file, on the disk, and binds it to its index.</summary>
    public void Finish(ReadOnlySpan<byte> index)
    {
        Span<byte> head = stackalloc byte[Layout.HeaderSize];
        head.Clear();
        Layout.Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt16BigEndian(head[Layout.FormatOffset..], Layout.Format);
        BinaryPrimitives.WriteInt64BigEndian(head[Layout.CountOffset..], count);
        SHA256.HashData(index, head[Layout.HashOffset..]);
        stream.Position = 0;
        stream.Write(head);
        DurableFile.Flush(stream);
    }

    /// <summary>Closes the file, finished or not.</summary>
    public void Dispose() => stream.Dispose();
}
