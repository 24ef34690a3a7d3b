using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static CardReader.Lines.SerialLibrary;

namespace CardReader.Lines;

/// <summary>A serial device: 115,200 baud, 8 data bits, no parity, 1 stop bit. USB scanners ignore the speed.</summary>
public sealed class SerialLine : ByteLine
{
    private readonly SafeFileHandle line;
    private readonly SafeFileHandle stopEvent;

    private SerialLine(SafeFileHandle line, SafeFileHandle stopEvent)
    {
        this.line = line;
        this.stopEvent = stopEvent;
    }

    /// <summary>Opens a device for this process alone, and throws away what it sent before.</summary>
    /// <exception cref="ReaderException">There is none, it is no serial device, it is in use, or this user may not open it.
    /// </exception>
    public static SerialLine Open(string path) => Open(path, Speed115200);

    /// <summary>As above, at 9,600 baud: what customer displays speak.</summary>
    /// <exception cref="ReaderException">As above.</exception>
    public static SerialLine OpenAt9600(string path) => Open(path, Speed9600);

    private static SerialLine Open(string path, uint speed)
    {
        // Without O_NONBLOCK the call would wait for a modem's carrier.
        var opened = SerialLibrary.Open(path, ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec, 0);
        var stopping = opened.IsInvalid ? null : OpenEvent(0, NonBlocking | CloseOnExec);
        if (stopping is { IsInvalid: false } && TrySetUp(opened, speed)) return new SerialLine(opened, stopping);
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        stopping?.Dispose();
        opened.Dispose();
        throw new ReaderException(
            $"The serial device {path} cannot be opened ({cause.Message}): is it plugged in, is it a serial device, and is "
            + "the agent in the group dialout?",
            cause);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, TimeSpan patience, CancellationToken stop)
    {
        using var stopping = stop.Register(SetStopEvent);
        var patienceMs = patience == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Ceiling(patience.TotalMilliseconds);
        Span<Waited> waited =
        [
            new() { Descriptor = (int)line.DangerousGetHandle(), Events = ReadyToRead },
            new() { Descriptor = (int)stopEvent.DangerousGetHandle(), Events = ReadyToRead },
        ];
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var ready = Poll(waited, (nuint)waited.Length, patienceMs);
            if (ready == 0) return Silence;
            if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw Broken();
            if (ready < 0 || waited[0].Happened == 0) continue;
            var count = SerialLibrary.Read(line, buffer, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            if (Marshal.GetLastPInvokeError() is EndOfDevice) return 0;
            if (Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain)) throw Broken();
        }
    }

    /// <summary>Writes all of it, or fails within a time.</summary>
    /// <exception cref="ReaderException">The device is gone, or takes nothing.</exception>
    public void Write(ReadOnlySpan<byte> bytes, TimeSpan patience)
    {
        Span<Waited> waited = [new() { Descriptor = (int)line.DangerousGetHandle(), Events = ReadyToWrite }];
        while (!bytes.IsEmpty)
        {
            var count = SerialLibrary.Write(line, bytes, (nuint)bytes.Length);
            if (count >= 0) bytes = bytes[(int)count..];
            else if (Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain)) throw new ReaderException(Broken().Message, Broken());
            else if (Poll(waited, (nuint)waited.Length, (int)patience.TotalMilliseconds) == 0) throw new ReaderException("The serial device takes nothing.");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        line.Dispose();
        stopEvent.Dispose();
    }

    private static bool TrySetUp(SafeFileHandle line, uint speed)
    {
        Span<byte> attributes = stackalloc byte[AttributesSize];
        if (GetAttributes(line, attributes) != 0) return false;
        MakeRaw(attributes);
        var flags = attributes[ControlFlagsOffset..];
        MemoryMarshal.Write(flags, MemoryMarshal.Read<uint>(flags) | ReceiveLocally);
        return SetSpeed(attributes, speed) == 0
            && SetAttributes(line, SetNow, attributes) == 0
            && Control(line, ExclusiveUse) == 0
            && Flush(line, FlushInput) == 0;
    }

    private static IOException Broken() =>
        new("The serial device is gone.", new Win32Exception(Marshal.GetLastPInvokeError()));

    private void SetStopEvent()
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        MemoryMarshal.Write(one, 1UL);
        // A full counter is a set event too.
        _ = SerialLibrary.Write(stopEvent, one, (nuint)one.Length);
    }
}
