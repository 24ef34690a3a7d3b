using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LocalApi.Link;

/// <summary>
/// One frame between the agent, which asks, and a holder of files, which answers; docs/formats/link.md. All integers
/// little-endian.
/// <code>
/// 0   4  length of what follows, 1 to 65,541
/// 4   1  kind
/// 5   4  ticket: of kinds 1 and 3 to 6
/// 9   8  offset: of kind 1                    9  n  bytes, 1 to 65,536: of kind 3
/// 17  4  size that is wanted: of kind 1       9  1  why: of kind 6
/// 21  n  path, ASCII: of kind 1
/// </code>
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct LinkFrame
{
    /// <summary>Size of the length field.</summary>
    public const int LengthSize = 4;

    /// <summary>Greatest number of bytes in one answer.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Greatest size that is asked for; it comes in several answers.</summary>
    public const int WantedMax = 1024 * 1024;

    /// <summary>Greatest frame, length field included.</summary>
    public const int SizeMax = BytesAt + BytesMax;

    private const int KindAt = LengthSize;
    private const int TicketAt = KindAt + 1;
    private const int OffsetAt = TicketAt + 4;
    private const int WantedAt = OffsetAt + 8;
    private const int PathAt = WantedAt + 4;
    private const int BytesAt = TicketAt + 4;
    private const int BareSize = KindAt + 1;
    private const int TicketSize = TicketAt + 4;
    private const int WhySize = TicketSize + 1;

    private LinkFrame(LinkKind kind, uint ticket, long offset, int wanted, ReadOnlySpan<byte> rest)
    {
        Kind = kind;
        Ticket = ticket;
        Offset = offset;
        Wanted = wanted;
        Rest = rest;
    }

    /// <summary>What it says.</summary>
    public LinkKind Kind { get; }

    /// <summary>Pairs an answer with what was asked.</summary>
    public uint Ticket { get; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; }

    /// <summary>How many bytes are wanted from there, 1 to <see cref="WantedMax"/>. An answer may give fewer.</summary>
    public int Wanted { get; }

    /// <summary>The path or the bytes: a part of the source.</summary>
    public ReadOnlySpan<byte> Rest { get; }

    /// <summary>Why a file cannot be had now.</summary>
    public LinkWhy Why => Kind == LinkKind.Unavailable ? (LinkWhy)Rest[0] : LinkWhy.Unknown;

    /// <summary>Reads one frame from the front of what has come. Never throws.</summary>
    /// <param name="source">What has come.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="used">Bytes of the frame; 0 while it is not complete.</param>
    /// <param name="fault">Why no frame can begin so.</param>
    /// <returns>False when no frame can begin so: the peer is broken or hostile.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out LinkFrame frame, out int used, out LinkFault fault)
    {
        frame = default;
        used = 0;
        fault = LinkFault.None;
        if (source.Length < LengthSize) return true;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length is 0 or > SizeMax - LengthSize) return Fail(LinkFault.Length, out fault);

        // A wrong kind is told before all of its length has come.
        if (source.Length < BareSize) return true;
        var kind = (LinkKind)source[KindAt];
        if (kind is LinkKind.None or > LinkKind.News) return Fail(LinkFault.Kind, out fault);
        var size = LengthSize + (int)length;
        if (!Fits(kind, size)) return Fail(LinkFault.Shape, out fault);
        if (source.Length < size) return true;
        frame = Split(kind, source[..size]);
        fault = Check(frame);
        if (fault != LinkFault.None) return false;
        used = size;
        return true;
    }

    /// <summary>True for the path of a file in a repository: 1 to 256 letters, digits and <c>. _ - /</c>, no segment empty or
    /// with a point in front.</summary>
    public static bool IsPath(ReadOnlySpan<byte> path)
    {
        if (path.Length is 0 or > PathMax || path[^1] == (byte)'/') return false;
        var isFirst = true;
        foreach (var letter in path)
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'-' || (letter == (byte)'.' && !isFirst);
            if (!isPlain && (letter != (byte)'/' || isFirst)) return false;
            isFirst = letter == (byte)'/';
        }

        return true;
    }

    /// <summary>Greatest path in bytes.</summary>
    public const int PathMax = 256;

    /// <summary>Writes what the agent asks.</summary>
    /// <returns>Its size.</returns>
    /// <exception cref="ArgumentException">The path is none, the offset or size outside its range.</exception>
    public static int WriteAsk(uint ticket, string path, long offset, int wanted, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, WantedMax);
        if (path.Length > PathMax) throw new ArgumentException($"{path.Length} characters are no path.", nameof(path));
        var size = PathAt + Encoding.ASCII.GetBytes(path, destination[PathAt..]);
        if (!IsPath(destination[PathAt..size])) throw new ArgumentException($"'{path}' is no path of a repository.", nameof(path));
        BinaryPrimitives.WriteInt64LittleEndian(destination[OffsetAt..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[WantedAt..], wanted);
        return Begin(LinkKind.Ask, ticket, size, destination);
    }

    /// <summary>Where the bytes of an answer belong, so that they need no copy: fill them, then <see cref="WriteBytes"/>.</summary>
    public static Memory<byte> BytesIn(Memory<byte> destination) => destination[BytesAt..];

    /// <summary>Writes what stands around bytes that are in their place already.</summary>
    /// <returns>The frame's size.</returns>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public static int WriteBytes(uint ticket, int count, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BytesMax);
        return Begin(LinkKind.Bytes, ticket, BytesAt + count, destination);
    }

    /// <summary>Writes that a file ends or that there is none.</summary>
    /// <returns>Its size.</returns>
    public static int WriteEnd(uint ticket, bool isFile, Span<byte> destination) =>
        Begin(isFile ? LinkKind.End : LinkKind.NoFile, ticket, TicketSize, destination);

    /// <summary>Writes that a file cannot be had now.</summary>
    /// <returns>Its size.</returns>
    public static int WriteUnavailable(uint ticket, LinkWhy why, Span<byte> destination)
    {
        destination[TicketSize] = (byte)why;
        return Begin(LinkKind.Unavailable, ticket, WhySize, destination);
    }

    /// <summary>Writes a frame that is its kind alone.</summary>
    /// <returns>Its size.</returns>
    public static int WriteBare(LinkKind kind, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, BareSize - LengthSize);
        destination[KindAt] = (byte)kind;
        return BareSize;
    }

    private static int Begin(LinkKind kind, uint ticket, int size, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)(size - LengthSize));
        destination[KindAt] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[TicketAt..], ticket);
        return size;
    }

    private static bool Fits(LinkKind kind, int size) => kind switch
    {
        LinkKind.Ask => size is > PathAt and <= PathAt + PathMax,
        LinkKind.Bytes => size is > BytesAt and <= BytesAt + BytesMax,
        LinkKind.End or LinkKind.NoFile => size == TicketSize,
        LinkKind.Unavailable => size == WhySize,
        _ => size == BareSize,
    };

    private static LinkFrame Split(LinkKind kind, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == BareSize) return new LinkFrame(kind, 0, 0, 0, []);
        var ticket = BinaryPrimitives.ReadUInt32LittleEndian(bytes[TicketAt..]);
        if (kind != LinkKind.Ask) return new LinkFrame(kind, ticket, 0, 0, bytes[TicketSize..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[OffsetAt..]);
        var wanted = BinaryPrimitives.ReadInt32LittleEndian(bytes[WantedAt..]);
        return new LinkFrame(kind, ticket, offset, wanted, bytes[PathAt..]);
    }

    private static LinkFault Check(LinkFrame frame) => frame.Kind switch
    {
        LinkKind.Ask when frame.Offset < 0 || frame.Wanted is < 1 or > WantedMax => LinkFault.Reach,
        LinkKind.Ask when !IsPath(frame.Rest) => LinkFault.Path,
        LinkKind.Unavailable when frame.Rest[0] > (byte)LinkWhy.Storage => LinkFault.Why,
        _ => LinkFault.None,
    };

    private static bool Fail(LinkFault found, out LinkFault fault)
    {
        fault = found;
        return false;
    }
}
