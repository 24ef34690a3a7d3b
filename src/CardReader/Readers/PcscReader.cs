using CardReader.Nfc;

namespace CardReader.Readers;

/// <summary>A contactless reader behind pcscd. Each card that is laid on it is talked through the table of applications.</summary>
public sealed class PcscReader : Reader
{
    // pcscd wakes us at once when a card comes; this is how soon a stop is noticed.
    private static readonly TimeSpan StopNoticedWithin = TimeSpan.FromMilliseconds(250);
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
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (context.WaitForChange(reader, state, StopNoticedWithin) is not { } now) continue;

            // The upper half counts insertions and removals, so a card that changed places with another is not missed.
            var isPresent = (now & PcscLibrary.StatePresent) != 0;
            var wasPresent = (state & PcscLibrary.StatePresent) != 0;
            var isNew = isPresent && (!wasPresent || now >> PcscLibrary.EventCountShift != state >> PcscLibrary.EventCountShift);
            state = now;
            if (isNew) Talk(context, reader, show);
        }
    }

    private void Talk(PcscContext context, string reader, Action<Presentation> show)
    {
        using var card = context.Connect(reader);
        if (card is null) return;
        var dialogue = new CardDialogue();
        Span<byte> response = stackalloc byte[Apdu.ResponseMax];
        for (ReadOnlyMemory<byte>? command = dialogue.First; command is { } next;)
        {
            var size = card.Transmit(next.Span, response);
            if (size < 0) return;
            command = dialogue.Next(response[..size]);
        }

        response.Clear();
        if (dialogue.Payload is not { } found) return;
        show(new Presentation(Name, found.Carrier, found.Payload, time.GetTimestamp()));
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(found.Payload);
    }
}
