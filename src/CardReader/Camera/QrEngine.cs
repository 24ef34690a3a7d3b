namespace CardReader.Camera;

/// <summary>Reads QR codes from frames. One engine for one thread.</summary>
public abstract class QrEngine : IDisposable
{
    /// <summary>Codes taken from one frame at the most.</summary>
    public const int CodesMax = 8;

    /// <summary>The engine's name in the catalog.</summary>
    public abstract string Name { get; }

    /// <summary>The texts of the codes in a frame, UTF-8, each 1 to 4,296 bytes, no text twice.</summary>
    public abstract IReadOnlyList<byte[]> Read(LumaFrame frame);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a text within the limits.</summary>
    private protected static void Add(List<byte[]> texts, ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Presentation.PayloadMax || texts.Count == CodesMax) return;
        foreach (var known in texts)
        {
            if (text.SequenceEqual(known)) return;
        }

        texts.Add(text.ToArray());
    }

    /// <summary>Releases the native parts.</summary>
    protected abstract void Dispose(bool disposing);
}
