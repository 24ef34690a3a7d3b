using System.Runtime.InteropServices;
using System.Text;

namespace LocalApi.Link;

/// <summary>What a holder of files answers.</summary>
/// <param name="Kind">Bytes, End, NoFile or Unavailable.</param>
/// <param name="Count">How many bytes, with Bytes.</param>
/// <param name="Why">Why it cannot be had, with Unavailable.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LinkAnswer(LinkKind Kind, int Count, LinkWhy Why)
{
    /// <summary>The file ends at or before the offset.</summary>
    public static LinkAnswer End => new(LinkKind.End, 0, LinkWhy.Unknown);

    /// <summary>There is no such file.</summary>
    public static LinkAnswer NoFile => new(LinkKind.NoFile, 0, LinkWhy.Unknown);

    /// <summary>So many bytes were filled in; none is the end of the file.</summary>
    public static LinkAnswer Bytes(int count) => count > 0 ? new LinkAnswer(LinkKind.Bytes, count, LinkWhy.Unknown) : End;

    /// <summary>It cannot be had now.</summary>
    public static LinkAnswer Unavailable(LinkWhy why) => new(LinkKind.Unavailable, 0, why);
}

/// <summary>Gives bytes of a file.</summary>
/// <param name="path">A path that <see cref="LinkFrame.IsPath"/> lets pass.</param>
/// <param name="offset">Where to begin, in bytes.</param>
/// <param name="buffer">Filled as far as the file goes; shorter than what is wanted where that is much.</param>
/// <param name="wanted">How many bytes the agent wants from there in all.</param>
/// <param name="stop">Ends the reading.</param>
public delegate ValueTask<LinkAnswer> LinkSource(string path, long offset, Memory<byte> buffer, int wanted, CancellationToken stop);

/// <summary>
/// The holder's side of a link, over any stream: answers one ask after another from a source, and says when something new
/// may be there. It names no path and decides nothing.
/// </summary>
public sealed class LinkAnswerer : IDisposable
{
    private readonly LinkLine line;
    private readonly LinkSource source;
    private readonly Action refused;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly byte[] answer = new byte[LinkFrame.SizeMax];
    private readonly byte[] news = new byte[LinkFrame.LengthSize + 1];

    /// <summary>The answering side of a stream, which it owns.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="source">Where bytes come from.</param>
    /// <param name="refused">Told when what was given last did not hold.</param>
    public LinkAnswerer(Stream stream, LinkSource source, Action refused)
    {
        line = new LinkLine(stream);
        this.source = source;
        this.refused = refused;
        LinkFrame.WriteBare(LinkKind.News, news);
    }

    /// <summary>Answers until the agent ends the link.</summary>
    /// <exception cref="LinkException">The agent broke the format or is gone.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await line.ReadAsync(stop))
        {
            var kind = line.Frame.Kind;
            if (kind == LinkKind.Refused) refused();
            else if (kind == LinkKind.Ask) await AnswerAsync(stop);
            else throw new LinkException("The agent answered without being asked.");
        }
    }

    /// <summary>Says that something new may be there. May be called beside <see cref="RunAsync"/>.</summary>
    /// <exception cref="LinkException">The agent is gone.</exception>
    public Task TellNewsAsync(CancellationToken stop) => WriteAsync(news, stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        line.Dispose();
        writing.Dispose();
    }

    private async Task AnswerAsync(CancellationToken stop)
    {
        var (path, ticket, offset, wanted) = Asked();
        var buffer = LinkFrame.BytesIn(answer);
        var given = await source(path, offset, buffer[..Math.Min(wanted, buffer.Length)], wanted, stop);
        var size = given.Kind switch
        {
            LinkKind.Bytes => LinkFrame.WriteBytes(ticket, given.Count, answer),
            LinkKind.End => LinkFrame.WriteEnd(ticket, isFile: true, answer),
            LinkKind.NoFile => LinkFrame.WriteEnd(ticket, isFile: false, answer),
            _ => LinkFrame.WriteUnavailable(ticket, given.Why, answer),
        };
        await WriteAsync(answer.AsMemory(0, size), stop);
    }

    private (string Path, uint Ticket, long Offset, int Wanted) Asked()
    {
        var frame = line.Frame;
        return (Encoding.ASCII.GetString(frame.Rest), frame.Ticket, frame.Offset, frame.Wanted);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await line.WriteAsync(frame, stop);
        }
        finally
        {
            writing.Release();
        }
    }
}
