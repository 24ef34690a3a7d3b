namespace CardReader.Readers;

/// <summary>
/// Cuts a scanner's bytes into codes. Pure: bytes in, codes out. Its rules, in order:
/// <list type="number">
/// <item>CR, LF or both end a code; nothing between two ends is no code.</item>
/// <item>A code over the limit is dropped whole, up to its end, and counted: half a code is never shown.</item>
/// <item>A silence ends a code too where the scanner is said to send no suffix; otherwise it drops what was begun, so that
/// noise on the line spoils nobody's next code.</item>
/// </list>
/// </summary>
internal sealed class ScannerFrames
{
    private readonly byte[] code = new byte[Presentation.PayloadMax];
    private int length;
    private bool isTooLong;

    /// <summary>Codes dropped because they were over the limit or never ended.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether a code has begun and not ended.</summary>
    public bool HasBegun => length > 0;

    /// <summary>Takes bytes as they come and gives out each code that is complete. The span is valid during the call.</summary>
    public void Take(ReadOnlySpan<byte> bytes, CodeAction complete)
    {
        foreach (var one in bytes)
        {
            if (one is (byte)'\r' or (byte)'\n') End(complete);
            else if (length < code.Length) code[length++] = one;
            else isTooLong = true;
        }
    }

    /// <summary>Takes a silence as the end of the code.</summary>
    public void End(CodeAction complete)
    {
        if (isTooLong) Dropped++;
        else if (length > 0) complete(code.AsSpan(0, length));
        Reset();
    }

    /// <summary>Drops the code that was begun.</summary>
    public void Drop()
    {
        if (length > 0) Dropped++;
        Reset();
    }

    private void Reset()
    {
        code.AsSpan(0, length).Clear();
        length = 0;
        isTooLong = false;
    }

    /// <summary>Takes the bytes of one code.</summary>
    internal delegate void CodeAction(ReadOnlySpan<byte> code);
}
