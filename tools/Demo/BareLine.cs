using System.Diagnostics;
using CardReader.Lines;

namespace Demo;

/// <summary>
/// What the machine itself takes: a byte through a pseudo-terminal to a waiting thread, handed on as often as in the agent
/// (reader, lane, judge, lane) with nothing done on the way. The agent cannot be faster, and a noisy machine shows here.
/// </summary>
internal sealed class BareLine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly PseudoTerminal terminal = PseudoTerminal.Open();
    private readonly CancellationTokenSource stop = new();
    private readonly ManualResetEventSlim asked = new();
    private readonly ManualResetEventSlim judged = new();
    private readonly ManualResetEventSlim isOver = new();
    private readonly ManualResetEventSlim read = new();
    private readonly SerialLine line;
    private readonly Thread[] threads;
    private long edgeAt;

    /// <summary>A line with its threads waiting.</summary>
    public BareLine()
    {
        line = SerialLine.Open(terminal.DevicePath);
        threads = [Start(Read), Start(Lane), Start(Judge)];
    }

    /// <summary>Sends a text and says how long it took to the last hand.</summary>
    public double Pass(ReadOnlySpan<byte> text)
    {
        isOver.Reset();
        var sentAt = Stopwatch.GetTimestamp();
        terminal.Write(text);
        if (!isOver.Wait(Patience)) throw new TimeoutException("The bare line lost a text.");
        return Stopwatch.GetElapsedTime(sentAt, Volatile.Read(ref edgeAt)).TotalMilliseconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        foreach (var thread in threads) thread.Join();
        line.Dispose();
        terminal.Dispose();
        asked.Dispose();
        judged.Dispose();
        isOver.Dispose();
        read.Dispose();
        stop.Dispose();
    }

    private Thread Start(Action run)
    {
        var thread = new Thread(() =>
        {
            try
            {
                while (true) run();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Disposed.
            }
        });
        thread.Start();
        return thread;
    }

    private void Read()
    {
        Span<byte> buffer = stackalloc byte[1_024];
        var count = line.Read(buffer, Timeout.InfiniteTimeSpan, stop.Token);
        if (buffer[..count].Contains((byte)'\r')) read.Set();
    }

    private void Lane()
    {
        read.Wait(stop.Token);
        read.Reset();
        asked.Set();
        judged.Wait(stop.Token);
        judged.Reset();
        Volatile.Write(ref edgeAt, Stopwatch.GetTimestamp());
        isOver.Set();
    }

    private void Judge()
    {
        asked.Wait(stop.Token);
        asked.Reset();
        judged.Set();
    }
}
