using GateAgent.Lanes;

namespace GateAgent.Actuation;

/// <summary>One stretch of sound or silence.</summary>
/// <param name="Hertz">The pitch, for a buzzer that has pitches; 0 is silence.</param>
/// <param name="Length">How long.</param>
internal readonly record struct Note(int Hertz, TimeSpan Length);

/// <summary>
/// The contour of each signal: two short rising notes to pass, a long one after them for one who came again, one long low
/// one to be refused. It is told apart by its rhythm alone, for a buzzer without pitches.
/// </summary>
internal static class Contour
{
    private static readonly Note Gap = new(0, TimeSpan.FromMilliseconds(120));
    private static readonly Note[] Silence = [];
    private static readonly Note[] Rising = [Short(880), Gap, Short(1_320)];
    private static readonly Note[] RisingAndHeld = [.. Rising, Gap, new(990, TimeSpan.FromMilliseconds(400))];
    private static readonly Note[] Low = [new(330, TimeSpan.FromMilliseconds(600))];
    private static readonly Note[] Calling = [Short(660), Gap, Short(660), Gap, Short(660)];
    private static readonly Note[] Once = [Short(880)];

    /// <summary>The notes of a signal; none is silence.</summary>
    public static Note[] Of(Signal signal) => signal switch
    {
        Signal.Pass or Signal.PassWithCondition => Rising,
        Signal.PassAgain or Signal.PassAgainWithCondition => RisingAndHeld,
        Signal.Refused => Low,
        Signal.SeeStaff => Calling,
        Signal.ReadAgain or Signal.WrongCode or Signal.ShowCode or Signal.NextMember => Once,
        _ => Silence,
    };

    private static Note Short(int hertz) => new(hertz, TimeSpan.FromMilliseconds(80));
}

/// <summary>Plays contours. A new signal cuts the old one off. Any thread.</summary>
internal sealed class Buzzer : IDisposable
{
    private readonly BuzzerOutput output;
    private readonly ITimer timer;
    private readonly Lock notesLock = new();

    // Guarded by notesLock.
    private Note[] notes = [];
    private int next;
    private bool isDisposed;

    /// <summary>A silent buzzer.</summary>
    public Buzzer(BuzzerOutput output, TimeProvider time)
    {
        this.output = output;
        timer = time.CreateTimer(_ => PlayNext(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes what the buzzer sounds on; no note waits for it.</summary>
    public void Take() => output.Take();

    /// <summary>Plays the contour of a signal.</summary>
    public void Play(Signal signal)
    {
        lock (notesLock)
        {
            notes = Contour.Of(signal);
            next = 0;
        }

        PlayNext();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (notesLock)
        {
            isDisposed = true;
            output.Dispose();
        }
    }

    private void PlayNext()
    {
        lock (notesLock)
        {
            // A timer may have fired just before it was disposed.
            if (isDisposed) return;
            if (next >= notes.Length)
            {
                output.Silence();
                return;
            }

            var note = notes[next++];
            if (note.Hertz > 0) output.Sound(note.Hertz);
            else output.Silence();
            timer.Change(note.Length, Timeout.InfiniteTimeSpan);
        }
    }
}
