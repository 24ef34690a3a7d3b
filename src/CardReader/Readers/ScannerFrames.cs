namespace CardReader.Readers;

/// <summary>
/// Cuts a scanner's bytes into codes. A code ends with CR, LF or both; one that is over the limit is dropped whole, up to
/// its end, and counted: half a code is never shown. Pure: bytes in, codes out.
/// </summary>
internal sealed class ScannerFrames
{
    private readonly byte[] code = new byte[Presentation.PayloadMax];
    private int length;
    private bool isTooLong;

    /// <summary>Codes dropped because they were over the limit.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes bytes as they come and gives out each code that is complete. The span is valid during the call.</summary>
    public void Take(ReadOnlySpan<byte> bytes, ReadOnlySpanAction complete)
    {
        foreach (var one in bytes)
        {
            if (one is (byte)'\r' or (byte)'\n') End(complete);
            else if (length < code.Length) code[length++] = one;
            else isTooLong = true;
        }
    }

    /// <summary>Forgets a code that was begun, and clears what stood in the buffer.</summary>
    public void Reset()
    {
        code.AsSpan().Clear();
        length = 0;
        isTooLong = false;
    }

    private void End(ReadOnlySpanAction complete)
    {
        if (isTooLong) Dropped++;
        else if (length > 0) complete(code.AsSpan(0, length));
        Reset();
    }

    /// <summary>Takes the bytes of one code.</summary>
    internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);
}
