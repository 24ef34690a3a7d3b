using System.Net.Sockets;

namespace VirtualCard;

/// <summary>The hand that lays cards on the virtual reader and takes them away, by lines of text.</summary>
internal sealed class Hand : IAsyncDisposable
{
    private readonly int port;
    private readonly byte[] uid;
    private CardInReader? held;

    /// <summary>A hand over a reader; cards that name no UID have this one.</summary>
    public Hand(int port, byte[] uid)
    {
        this.port = port;
        this.uid = uid;
    }

    /// <summary>Obeys one line: <c>insert KIND [HEX]</c> or <c>remove</c>.</summary>
    /// <returns>What was wrong; null when nothing was.</returns>
    public async Task<string?> ObeyAsync(string line, CancellationToken stop)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words)
        {
            case []:
                return null;
            case ["remove"]:
                await RemoveAsync();
                return null;
            case ["insert", var kind]:
                return await InsertAsync(kind, string.Empty, stop);
            case ["insert", var kind, var hex]:
                return await InsertAsync(kind, hex, stop);
            default:
                return "Write 'insert uid|transit|city|transit-in-select|social|mute [HEX]' or 'remove'.";
        }
    }

    /// <summary>Lays a card on the reader, in place of one that lies there.</summary>
    /// <returns>What was wrong; null when nothing was.</returns>
    public async Task<string?> InsertAsync(string word, string hex, CancellationToken stop)
    {
        if (!CardFace.TryParseKind(word, out var kind)) return $"No card is called {word}: uid, transit, city, transit-in-select or social.";
        if (!TryReadHex(hex, CardFace.FileMax, out var bytes)) return $"The file is no hexadecimal of at most {CardFace.FileMax} bytes.";
        if (kind == CardKind.Uid && bytes.Length is not (0 or 4 or 7 or 10)) return "A UID has 4, 7 or 10 bytes.";
        var face = kind == CardKind.Uid && bytes.Length > 0 ? new CardFace(kind, [], bytes) : new CardFace(kind, bytes, uid);
        await RemoveAsync();
        try
        {
            held = await CardInReader.InsertAsync(face, port, stop);
            return null;
        }
        catch (SocketException failed)
        {
            return $"No virtual reader listens on port {port} ({failed.SocketErrorCode}): is pcscd with vsmartcard-vpcd running?";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RemoveAsync();

    /// <summary>Reads hexadecimal of a limited length; nothing is no bytes.</summary>
    internal static bool TryReadHex(string hex, int sizeMax, out byte[] bytes)
    {
        bytes = new byte[hex.Length / 2];
        return hex.Length % 2 == 0 && bytes.Length <= sizeMax
            && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private async Task RemoveAsync()
    {
        if (held is not null) await held.DisposeAsync();
        held = null;
    }
}
