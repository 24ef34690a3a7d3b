using System.IO.Ports;

namespace CardReader.Lines;

/// <summary>A serial device: 8 data bits, no parity, 1 stop bit. USB scanners ignore the speed.</summary>
public sealed class SerialLine : ByteLine
{
    private const int BaudRate = 115_200;
    private readonly SerialPort port;

    private SerialLine(SerialPort port) => this.port = port;

    /// <summary>Opens a device.</summary>
    /// <exception cref="ReaderException">There is none, it is in use, or this user may not open it.</exception>
    public static SerialLine Open(string path)
    {
        var opened = new SerialPort(path, BaudRate, Parity.None, 8, StopBits.One);
        try
        {
            opened.Open();
            opened.DiscardInBuffer();
            return new SerialLine(opened);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            opened.Dispose();
            throw new ReaderException(
                $"The serial device {path} cannot be opened: is it plugged in, and is the agent in the group dialout?", failed);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            return await port.BaseStream.ReadAsync(buffer, stop);
        }
        catch (Exception gone) when (gone is InvalidOperationException or UnauthorizedAccessException)
        {
            throw new IOException("The serial device is gone.", gone);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) port.Dispose();
    }
}
