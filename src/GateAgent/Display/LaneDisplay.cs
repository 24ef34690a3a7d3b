using GateAgent.Health;
using GateAgent.Lanes;

namespace GateAgent.Display;

/// <summary>
/// What a lane's display shows. A display is slow and may be gone: it has a thread of its own, shows only the newest, and its
/// failure is a health item and nothing else. It is driven by the agent itself, so it works without a panel or a network.
/// </summary>
internal sealed class LaneDisplay : IDisposable
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource ending = new();
    private readonly ManualResetEventSlim isAsked = new();
    private readonly TextDisplay display;
    private readonly Func<string> hotline;
    private readonly HealthBoard health;
    private readonly string component;
    private readonly Thread thread;
    private Order.Show? newest = new(Signal.Idle, default);

    private LaneDisplay(string lane, TextDisplay display, Func<string> hotline, HealthBoard health)
    {
        this.display = display;
        this.hotline = hotline;
        this.health = health;
        component = $"display {lane}";
        thread = new Thread(Run) { Name = "display", IsBackground = true };
    }

    /// <summary>Begins to show.</summary>
    /// <param name="lane">The lane's name.</param>
    /// <param name="display">The display, which is this object's from now on.</param>
    /// <param name="hotline">The number people call.</param>
    /// <param name="health">Takes its failure.</param>
    public static LaneDisplay Start(string lane, TextDisplay display, Func<string> hotline, HealthBoard health)
    {
        var started = new LaneDisplay(lane, display, hotline, health);
        started.isAsked.Set();
        started.thread.Start();
        return started;
    }

    /// <summary>Shows a signal soon. Never waits.</summary>
    public void Show(Order.Show show)
    {
        Volatile.Write(ref newest, show);
        isAsked.Set();
    }

    /// <summary>Shows what was asked last, and ends.</summary>
    public void Dispose()
    {
        ending.Cancel();
        thread.Join();
        display.Dispose();
        isAsked.Dispose();
        ending.Dispose();
    }

    private void Run()
    {
        while (TryWait())
        {
            isAsked.Reset();
            if (TryShow()) continue;
            isAsked.Set();
            ending.Token.WaitHandle.WaitOne(AgainAfter);
        }

        TryShow();
    }

    private bool TryWait()
    {
        try
        {
            isAsked.Wait(ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool TryShow()
    {
        try
        {
            var (chinese, english) = SignalTexts.Of(Volatile.Read(ref newest)!, hotline());
            display.Show(chinese, english);
            health.SetWell(component);
            return true;
        }
        catch (IOException failed)
        {
            health.SetDegraded(component, $"The display shows nothing: {failed.Message}");
            return false;
        }
    }
}
