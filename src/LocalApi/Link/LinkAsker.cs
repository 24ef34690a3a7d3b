using System.Text;

namespace LocalApi.Link;

/// <summary>
/// The agent's side of a link: asks for bytes, one request at a time, and hears that something new may be there. The
/// peer is not trusted. Its rules, in order:
/// <list type="number">
/// <item>A frame that breaks the format ends the link.</item>
/// <item>News is heard at most 30 times a minute; a peer that floods is dropped.</item>
/// <item>An answer comes only to the ask that waits, and within 90 s; never more bytes than were asked for.</item>
/// <item>After any of these, or an ask that was called off, the link is broken for good: nobody knows what the next frame
/// belongs to.</item>
/// </list>
/// One thread at a time. docs/formats/link.md.
/// </summary>
public sealed class LinkAsker : IDisposable
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(90);

    /// <summary>News that is heard in a minute.</summary>
    public const int NewsPerMinuteMax = 30;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly LinkLine line;
    private readonly TimeProvider time;
    private readonly byte[] ask = new byte[LinkFrame.SizeMax];
    private uint ticket;
    private long minuteBeganAt;
    private int newsInMinute;
    private bool hasNews;

    /// <summary>The asking side of a stream, which it owns.</summary>
    public LinkAsker(Stream stream, TimeProvider time)
    {
        line = new LinkLine(stream);
        this.time = time;
        minuteBeganAt = time.GetTimestamp();
    }

    /// <summary>True when nothing more can be asked.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Asks for bytes of a file; has the shape of a fetch delegate.</summary>
    /// <param name="path">Such as <c>metadata/timestamp.json</c>.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="buffer">Filled as far as one answer goes.</param>
    /// <param name="stop">Ends the asking, and with it the link.</param>
    /// <returns>How many bytes came, 0 at the end of the file, -1 when there is no such file.</returns>
    /// <exception cref="LinkException">The file cannot be had now, or the link is broken.</exception>
    public async ValueTask<int> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
    {
        if (buffer.IsEmpty) return 0;

        // A role may be named as no path of the link is: nobody who holds files has one of that name.
        if (!LinkFrame.IsPath(Encoding.ASCII.GetBytes(path))) return -1;
        var wanted = Math.Min(buffer.Length, LinkFrame.WantedMax);
        var size = LinkFrame.WriteAsk(unchecked(++ticket), path, offset, wanted, ask);
        await ExchangeAsync(size, stop);
        return Take(path, buffer.Span);
    }

    /// <summary>Waits until something new may be there. May be called off without harm.</summary>
    /// <exception cref="LinkException">The link is broken, or its peer has ended.</exception>
    public async Task WaitForNewsAsync(CancellationToken stop)
    {
        RequireWhole();
        while (!hasNews)
        {
            var isFrame = false;
            try
            {
                isFrame = await line.ReadAsync(stop);
                if (isFrame) HearNews();
            }
            catch (LinkException)
            {
                IsBroken = true;
                throw;
            }

            if (!isFrame) throw Break("The link has ended: its service restarts it.");
        }

        hasNews = false;
    }

    /// <summary>Says that what was given last did not hold, so that the peer may look elsewhere.</summary>
    /// <exception cref="LinkException">The link is broken.</exception>
    public async Task TellRefusedAsync(CancellationToken stop)
    {
        RequireWhole();
        var size = LinkFrame.WriteBare(LinkKind.Refused, ask);
        using var late = new CancellationTokenSource(AnswerWithin, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        IsBroken = true;
        try
        {
            await line.WriteAsync(ask.AsMemory(0, size), bounded.Token);
        }
        catch (OperationCanceledException slow) when (!stop.IsCancellationRequested)
        {
            throw new LinkException($"The link took nothing within {AnswerWithin.TotalSeconds} s.", slow);
        }

        IsBroken = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsBroken = true;
        line.Dispose();
    }

    private async Task ExchangeAsync(int size, CancellationToken stop)
    {
        RequireWhole();
        using var late = new CancellationTokenSource(AnswerWithin, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);

        // Whole again only when the answer is here.
        IsBroken = true;
        try
        {
            await line.WriteAsync(ask.AsMemory(0, size), bounded.Token);
            do
            {
                if (!await line.ReadAsync(bounded.Token)) throw new LinkException("The link ended before its answer.");
            }
            while (IsNews());
        }
        catch (OperationCanceledException slow) when (!stop.IsCancellationRequested)
        {
            throw new LinkException($"The link gave no answer within {AnswerWithin.TotalSeconds} s.", slow);
        }
    }

    private int Take(string path, Span<byte> buffer)
    {
        var frame = line.Frame;
        if (frame.Kind is not (LinkKind.Bytes or LinkKind.End or LinkKind.NoFile or LinkKind.Unavailable) || frame.Ticket != ticket)
            throw new LinkException("The link answered something else than it was asked.");
        if (frame.Kind == LinkKind.Bytes && frame.Rest.Length > buffer.Length)
            throw new LinkException($"The link gave {frame.Rest.Length} bytes where {buffer.Length} were asked for.");
        IsBroken = false;
        switch (frame.Kind)
        {
            case LinkKind.Bytes:
                frame.Rest.CopyTo(buffer);
                return frame.Rest.Length;
            case LinkKind.End:
                return 0;
            case LinkKind.NoFile:
                return -1;
            default:
                throw new LinkException($"{path} cannot be had now: {WordsOf(frame.Why)}");
        }
    }

    private bool IsNews()
    {
        if (line.Frame.Kind != LinkKind.News) return false;
        HearNews();
        return true;
    }

    private void HearNews()
    {
        if (line.Frame.Kind != LinkKind.News) throw Break("The link answered without being asked.");
        if (time.GetElapsedTime(minuteBeganAt) >= Minute) (minuteBeganAt, newsInMinute) = (time.GetTimestamp(), 0);
        if (++newsInMinute > NewsPerMinuteMax) throw Break($"The link floods: news more than {NewsPerMinuteMax} times in a minute.");
        hasNews = true;
    }

    private void RequireWhole()
    {
        if (IsBroken) throw new LinkException("The link is gone.");
    }

    private LinkException Break(string message)
    {
        IsBroken = true;
        return new LinkException(message);
    }

    // The peer's reasons are a closed set: no text of its own is ever shown.
    private static string WordsOf(LinkWhy why) => why switch
    {
        LinkWhy.Unreachable => "no server can be reached, or the connection broke.",
        LinkWhy.TooSlow => "it came too slowly.",
        LinkWhy.ServerRefuses => "the server answers with something else.",
        LinkWhy.Redirected => "the server sends elsewhere, which is not followed.",
        LinkWhy.TooLong => "it is longer than such a file may be.",
        LinkWhy.Damaged => "what came is not the file of this name.",
        LinkWhy.Storage => "the disk that holds it fails or is full.",
        _ => "the link does not say why.",
    };
}
