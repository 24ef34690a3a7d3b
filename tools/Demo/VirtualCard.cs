using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Demo;

/// <summary>
/// A card without plastic: it is inserted by connecting to the virtual reader (vpcd, loopback), and it answers APDUs as a
/// transit card or as a chip with nothing but a UID. Messages: a length of two bytes, big-endian, then the bytes; one byte
/// is a control code of the reader, anything else an APDU.
/// </summary>
internal sealed class VirtualCard : IDisposable
{
    /// <summary>Where the virtual reader listens.</summary>
    public const int ReaderPort = 35963;

    private const byte PowerOff = 0;
    private const byte PowerOn = 1;
    private const byte Reset = 2;
    private const byte GetAtr = 4;

    // ISO/IEC 14443 type A as PC/SC part 3 presents it, without historical bytes.
    private static readonly byte[] Atr = [0x3B, 0x80, 0x80, 0x01, 0x01];
    private static readonly byte[] TransitApplication = [0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05];
    private static readonly byte[] Success = [0x90, 0x00];
    private static readonly byte[] NotFound = [0x6A, 0x82];
    private readonly Socket reader;
    private readonly byte[]? transitFile;
    private readonly byte[] uid;
    private readonly Task answering;
    private bool isSelected;

    private VirtualCard(Socket reader, byte[]? transitFile, byte[] uid)
    {
        this.reader = reader;
        this.transitFile = transitFile;
        this.uid = uid;
        answering = AnswerAsync();
    }

    /// <summary>Lays a card on the reader. Without a file it has a UID only.</summary>
    public static async Task<VirtualCard> InsertAsync(byte[]? transitFile, byte[] uid, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ReaderPort), stop);
        QuickAcknowledge(socket);
        return new VirtualCard(socket, transitFile, uid);
    }

    /// <summary>Takes the card away.</summary>
    public void Dispose()
    {
        reader.Dispose();
#pragma warning disable VSTHRD002 // the socket is closed, so the task has ended or ends at once
        answering.Wait();
#pragma warning restore VSTHRD002
    }

    // TCP_QUICKACK: without it the reader waits 40 ms for each acknowledgement.
    private static void QuickAcknowledge(Socket socket)
    {
        const int Tcp = 6;
        const int QuickAck = 12;
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        socket.SetRawSocketOption(Tcp, QuickAck, on);
    }

    private async Task AnswerAsync()
    {
        var message = new byte[ushort.MaxValue + 2];
        try
        {
            while (true)
            {
                await FillAsync(message.AsMemory(0, 2));
                var size = BinaryPrimitives.ReadUInt16BigEndian(message);
                await FillAsync(message.AsMemory(2, size));
                QuickAcknowledge(reader);
                if (Answer(message.AsSpan(2, size)) is not { } answer) continue;
                BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)answer.Length);
                answer.CopyTo(message, 2);
                await reader.SendAsync(message.AsMemory(0, 2 + answer.Length));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The card was taken away.
        }
    }

    private async Task FillAsync(Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = await reader.ReceiveAsync(buffer);
            if (count == 0) throw new EndOfStreamException();
            buffer = buffer[count..];
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> message)
    {
        if (message.Length != 1) return AnswerApdu(message);
        isSelected = false;
        return message[0] switch
        {
            GetAtr => Atr,
            PowerOff or PowerOn or Reset => null,
            _ => null,
        };
    }

    private byte[] AnswerApdu(ReadOnlySpan<byte> command)
    {
        if (command is [0xFF, 0xCA, 0x00, 0x00, ..]) return [.. uid, .. Success];
        if (transitFile is null) return NotFound;
        if (command is [0x00, 0xA4, 0x04, 0x00, var length, ..] && command.Slice(5, length).SequenceEqual(TransitApplication))
        {
            isSelected = true;
            return Success;
        }

        return isSelected && command is [0x00, 0xB0, 0x95, 0x00, ..] ? [.. transitFile, .. Success] : NotFound;
    }
}
