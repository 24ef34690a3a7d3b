using CardReader.Nfc;

namespace CardReader.Readers;

/// <summary>A contactless reader behind pcscd. Each card that is laid on it is talked through the table of applications.</summary>
public sealed class PcscReader : Reader
{
    // pcscd wakes us at once when a card comes; this is how soon a stop is noticed.
    private static readonly TimeSpan StopNoticedWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptAfter = TimeSpan.FromMilliseconds(50);
    private const int AttemptsMax = 20;
    private readonly string wanted;
    private readonly TimeProvider time;

    /// <summary>A reader whose name begins so; <c>*</c> takes the first there is.</summary>
    public PcscReader(string name, string wanted, TimeProvider time)
        : base(name)
    {
        this.wanted = wanted;
        this.time = time;
    }

    /// <inheritdoc/>
    public override Task RunAsync(Action<Presentation> show, CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(show, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(Action<Presentation> show, CancellationToken stop)
    {
        using var context = PcscContext.Establish();
        var reader = context.FindReader(wanted);
        var state = PcscLibrary.StateUnaware;
        var attempts = 0;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (context.WaitForChange(reader, state, StopNoticedWithin) is { } now)
            {
                attempts = AttemptsAfter(state, now, attempts);
                state = now;
            }

            if (attempts == 0) continue;
            var isSilent = !TryTalk(context, reader, show);
            attempts = isSilent ? attempts - 1 : 0;

            // A card at the edge of the field comes and goes: it is given a moment, but not for ever, and its holder learns.
            if (attempts > 0) stop.WaitHandle.WaitOne(AttemptAfter);
            else if (isSilent) show(new Presentation(Name, Carrier.Unreadable, [], time.GetTimestamp()));
        }
    }

    // The upper half of a state counts insertions and removals, so a card that changed places with another is not missed.
    private static int AttemptsAfter(nuint before, nuint now, int attempts)
    {
        if ((now & PcscLibrary.StatePresent) == 0) return 0;
        var isSame = (before & PcscLibrary.StatePresent) != 0
            && now >> PcscLibrary.EventCountShift == before >> PcscLibrary.EventCountShift;
        return isSame ? attempts : AttemptsMax;
    }

    // False when the card fell silent before the dialogue was over.
    private bool TryTalk(PcscContext context, string reader, Action<Presentation> show)
    {
        using var card = context.Connect(reader);
        if (card is null) return false;
        var dialogue = new CardDialogue();
        Span<byte> response = stackalloc byte[Apdu.ResponseMax];
        for (ReadOnlyMemory<byte>? command = dialogue.First; command is { } next;)
        {
            var size = card.Transmit(next.Span, response);
            if (size >= 0) command = dialogue.Next(response[..size]);
            response.Clear();
            if (size < 0) return false;
        }

        if (dialogue.Payload is not { } found)
        {
            show(new Presentation(Name, Carrier.Unreadable, [], time.GetTimestamp()));
            return true;
        }

        show(new Presentation(Name, found.Carrier, found.Payload, time.GetTimestamp()));
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(found.Payload);
        return true;
    }
}
