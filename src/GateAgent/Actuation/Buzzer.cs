using GateAgent.Lanes;

namespace GateAgent.Actuation;

/// <summary>One stretch of sound or silence.</summary>
/// <param name="IsSounding">True for sound.</param>
/// <param name="Length">How long.</param>
internal readonly record struct Note(bool IsSounding, TimeSpan Length);

/// <summary>
/// The contour of each signal for a buzzer that only sounds or is silent, where a rising tone becomes two short notes and
/// a low tone one long. No contour is faster than 2 Hz in what it makes flash beside it.
/// </summary>
internal static class Contour
{
    private static readonly Note Short = new(true, TimeSpan.FromMilliseconds(80));
    private static readonly Note Long = new(true, TimeSpan.FromMilliseconds(600));
    private static readonly Note Gap = new(false, TimeSpan.FromMilliseconds(120));
    private static readonly Note[] Silence = [];
    private static readonly Note[] Rising = [Short, Gap, Short];
    private static readonly Note[] Low = [Long];
    private static readonly Note[] Calling = [Short, Gap, Short, Gap, Short];
    private static readonly Note[] Once = [Short];

    /// <summary>The notes of a signal; none is silence.</summary>
    public static Note[] Of(Signal signal) => signal switch
    {
        Signal.Pass or Signal.PassWithCondition => Rising,
        Signal.Refused => Low,
        Signal.SeeStaff => Calling,
        Signal.ReadAgain or Signal.WrongCode or Signal.ShowCode => Once,
        _ => Silence,
    };
}

/// <summary>Plays contours on a line. A new signal cuts the old one off. Any thread.</summary>
internal sealed class Buzzer : IDisposable
{
    private readonly GpioLine line;
    private readonly ITimer timer;
    private readonly Lock notesLock = new();

    // Guarded by notesLock.
    private Note[] notes = [];
    private int next;
    private bool isDisposed;

    /// <summary>A silent buzzer.</summary>
    public Buzzer(GpioLine line, TimeProvider time)
    {
        this.line = line;
        timer = time.CreateTimer(_ => PlayNext(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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
            line.Dispose();
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
                line.Rest();
                return;
            }

            var note = notes[next++];
            line.Set(note.IsSounding);
            timer.Change(note.Length, Timeout.InfiniteTimeSpan);
        }
    }
}
