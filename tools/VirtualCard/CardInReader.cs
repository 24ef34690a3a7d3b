using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VirtualCard;

/// <summary>
/// A card without plastic: it is inserted by connecting to the virtual reader (vpcd, loopback), and taken away by closing
/// the connection. Messages: a length of two bytes, big-endian, then the bytes; one byte is a control code of the reader,
/// anything else an APDU.
/// </summary>
public sealed class CardInReader : IAsyncDisposable
{
    /// <summary>Where the virtual reader listens.</summary>
    public const int ReaderPort = 35963;

    private const byte GetAtr = 4;
    private const int LengthSize = 2;

    // ISO/IEC 14443 type A as PC/SC part 3 presents it, without historical bytes.
    private static readonly byte[] Atr = [0x3B, 0x80, 0x80, 0x01, 0x01];
    private readonly Socket reader;
    private readonly CardFace face;
    private readonly Task answering;

    private CardInReader(Socket reader, CardFace face)
    {
        this.reader = reader;
        this.face = face;
        answering = AnswerAsync();
    }

    /// <summary>Lays a card on the virtual reader.</summary>
    /// <exception cref="SocketException">No virtual reader listens, or it holds a card already.</exception>
    public static async Task<CardInReader> InsertAsync(CardFace face, int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
            AcknowledgeAtOnce(socket);
            return new CardInReader(socket, face);
        }
        catch (Exception failed) when (failed is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes the card away.</summary>
    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
#pragma warning disable VSTHRD003 // the task is this object's own, begun by its constructor, and needs no context
        await answering;
#pragma warning restore VSTHRD003
    }

    // TCP_QUICKACK: without it the reader waits 40 ms for each acknowledgement. The kernel forgets it, so it is said anew.
    private static void AcknowledgeAtOnce(Socket socket)
    {
        const int Tcp = 6;
        const int QuickAck = 12;
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        socket.SetRawSocketOption(Tcp, QuickAck, on);
    }

    private async Task AnswerAsync()
    {
        var message = new byte[LengthSize + ushort.MaxValue];
        try
        {
            while (true)
            {
                await FillAsync(message.AsMemory(0, LengthSize));
                var size = BinaryPrimitives.ReadUInt16BigEndian(message);
                await FillAsync(message.AsMemory(LengthSize, size));
                AcknowledgeAtOnce(reader);
                if (Answer(message.AsSpan(LengthSize, size)) is not { } answer) continue;
                BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)answer.Length);
                answer.CopyTo(message, LengthSize);
                await reader.SendAsync(message.AsMemory(0, LengthSize + answer.Length));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The card was taken away, or the reader has gone.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> message)
    {
        if (message.Length != 1) return face.Answer(message);
        if (message[0] == GetAtr) return Atr;

        // Power off, power on, reset.
        face.Reset();
        return null;
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
}
