namespace Verifier.AllowList;

/// <summary>Puts bits behind each other into bytes that grow.</summary>
internal sealed class BitWriter
{
    private byte[] bytes = new byte[1_024];
    private int position;

    /// <summary>The bytes so far; the rest of the last one is zero.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, (position + 7) / 8);

    /// <summary>Adds 0 to 56 bits.</summary>
    public void Add(ulong value, int count)
    {
        Reserve(count);
        BitString.Write(bytes, position, value, count);
        position += count;
    }

    /// <summary>Adds so many zeros and a one.</summary>
    public void AddZeros(int zeros)
    {
        Reserve(zeros + 1);
        position += zeros;
        BitString.Set(bytes, position);
        position++;
    }

    private void Reserve(int count)
    {
        var needed = (position + count + 7) / 8;
        if (needed > bytes.Length) Array.Resize(ref bytes, Math.Max(needed, bytes.Length * 2));
    }
}
