using System.Diagnostics;
using System.Net.Sockets;
using CardReader.Camera;

namespace GateCamera;

/// <summary>The camera's loop: take a frame, read it, tell the agent; a sign of life each second; reconnect quietly.</summary>
internal static class CameraRun
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs until stopped.</summary>
    /// <returns>0; 1 when no engine is installed.</returns>
    public static async Task<int> RunAsync(string socketPath, FolderSource source, int rate, string? engineName, CancellationToken stop)
    {
        QrEngine engine;
        try
        {
            engine = QrEngineCatalog.Open(engineName);
        }
        catch (NotSupportedException missing)
        {
            await Console.Error.WriteLineAsync($"gate-camera: {missing.Message}");
            return 1;
        }

        using (engine)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await agent.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), stop);
                    await ShowAsync(agent, source, TimeSpan.FromSeconds(1.0 / rate), engine, stop);
                }
                catch (SocketException)
                {
                    // The agent is restarting or not there yet.
                    await PauseAsync(ReconnectAfter, stop);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        return 0;
    }

    private static async Task ShowAsync(
        Socket agent, FolderSource source, TimeSpan period, QrEngine engine, CancellationToken stop)
    {
        var message = new byte[CameraFrame.SizeMax];
        var toldAt = 0L;
        using var frames = new PeriodicTimer(period, TimeProvider.System);
        while (await frames.WaitForNextTickAsync(stop))
        {
            // CLOCK_MONOTONIC nanoseconds, which the agent counts too.
            var takenAt = Stopwatch.GetTimestamp();
            if (source.Next() is { } frame)
            {
                foreach (var text in engine.Read(frame))
                {
                    await SendAsync(agent, message.AsMemory(0, CameraFrame.Write(takenAt, text, message)), stop);
                    toldAt = takenAt;
                }
            }

            if (Stopwatch.GetElapsedTime(toldAt, takenAt) < CameraFrame.SignOfLifeEvery) continue;
            await SendAsync(agent, message.AsMemory(0, CameraFrame.Write(takenAt, [], message)), stop);
            toldAt = takenAt;
        }
    }

    private static async ValueTask SendAsync(Socket agent, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        while (message.Length > 0) message = message[await agent.SendAsync(message, stop)..];
    }

    private static async Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
