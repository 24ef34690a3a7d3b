using System.Globalization;

namespace CardReader.Capture;

/// <summary>
/// One line of a capture; docs/formats/capture.md. Fields by one blank:
/// <code>ELAPSED-MICROSECONDS READER CARRIER PAYLOAD</code>
/// The payload is base64, or <c>*LENGTH</c> where it was masked: a capture made at a gate holds no payload.
/// </summary>
/// <param name="Elapsed">Since the first line.</param>
/// <param name="Reader">The reader's name.</param>
/// <param name="Carrier">What it was read from.</param>
/// <param name="Payload">The bytes; null when masked.</param>
/// <param name="Length">How many bytes they are.</param>
public sealed record CaptureLine(TimeSpan Elapsed, string Reader, Carrier Carrier, ReadOnlyMemory<byte>? Payload, int Length)
{
    /// <summary>Greatest line in characters.</summary>
    public const int LengthMax = 8_192;

    private const int FieldCount = 4;

    /// <summary>The line of a presentation, without its payload.</summary>
    public static string WriteMasked(TimeSpan elapsed, Presentation presentation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(long)elapsed.TotalMicroseconds} {presentation.Reader} {presentation.Carrier} *{presentation.Payload.Length}");

    /// <summary>The line of a presentation of the test province, with its payload.</summary>
    public static string WriteWhole(TimeSpan elapsed, string reader, Carrier carrier, ReadOnlySpan<byte> payload) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(long)elapsed.TotalMicroseconds} {reader} {carrier} {Convert.ToBase64String(payload)}");

    /// <summary>Reads a line. Never throws.</summary>
    public static bool TryRead(string text, out CaptureLine? line)
    {
        line = null;
        var fields = text.Split(' ');
        if (text.Length > LengthMax || fields.Length != FieldCount || fields[1].Length == 0) return false;
        if (!long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)) return false;
        if (microseconds > TimeSpan.MaxValue.TotalMicroseconds / 2) return false;
        if (!Enum.TryParse<Carrier>(fields[2], out var carrier) || !Enum.IsDefined(carrier) || carrier == Carrier.None)
            return false;
        if (char.IsAsciiDigit(fields[2][0])) return false;
        var elapsed = TimeSpan.FromMicroseconds(microseconds);
        if (fields[3].StartsWith('*'))
        {
            if (!int.TryParse(fields[3].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
            line = new CaptureLine(elapsed, fields[1], carrier, null, length);
            return true;
        }

        var bytes = new byte[fields[3].Length];
        if (!Convert.TryFromBase64String(fields[3], bytes, out var size) || size is 0 or > Presentation.PayloadMax) return false;
        line = new CaptureLine(elapsed, fields[1], carrier, bytes.AsMemory(0, size), size);
        return true;
    }

    /// <summary>The shape of the line; never the payload.</summary>
    public override string ToString() => $"{Carrier} at {Reader}, {Length} bytes";
}
