using System.Globalization;

namespace CardReader.Capture;

/// <summary>
/// One line of a capture; docs/formats/capture.md. Fields by one blank:
/// <code>ELAPSED-MICROSECONDS READER CARRIER PAYLOAD</code>
/// The payload is base64, or <c>*LENGTH</c> where it was masked: a capture made at a gate holds no payload.
/// </summary>
/// <param name="Elapsed">Since the capture began; never negative.</param>
/// <param name="Reader">The reader's name.</param>
/// <param name="Carrier">What it was read from.</param>
/// <param name="Payload">The bytes; null when masked.</param>
/// <param name="Length">How many bytes they are, within the limits of the carrier.</param>
public sealed record CaptureLine(TimeSpan Elapsed, string Reader, Carrier Carrier, ReadOnlyMemory<byte>? Payload, int Length)
{
    /// <summary>Greatest line in characters.</summary>
    public const int LengthMax = 8_192;

    /// <summary>Greatest elapsed time: longer than any capture, and within what a timer can wait.</summary>
    public static readonly TimeSpan ElapsedMax = TimeSpan.FromDays(31);

    private const int FieldCount = 4;
    private const char Mask = '*';

    /// <summary>The line of a presentation, without its payload.</summary>
    public static string WriteMasked(TimeSpan elapsed, Presentation presentation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Microseconds(elapsed)} {presentation.Reader} {presentation.Carrier} {Mask}{presentation.Payload.Length}");

    /// <summary>The line of a presentation of the test province, with its payload.</summary>
    public static string WriteWhole(TimeSpan elapsed, string reader, Carrier carrier, ReadOnlySpan<byte> payload) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Microseconds(elapsed)} {reader} {carrier} {Convert.ToBase64String(payload)}");

    /// <summary>Reads a line. Never throws. A second spelling of the same line is refused.</summary>
    public static bool TryRead(string text, out CaptureLine? line)
    {
        line = null;
        if (text.Length > LengthMax) return false;
        var fields = text.Split(' ');
        if (fields.Length != FieldCount || fields[1].Length is 0 or > ReaderConfig.NameMax) return false;
        if (!TryReadNumber(fields[0], (long)ElapsedMax.TotalMicroseconds, out var microseconds)) return false;
        if (!Enum.TryParse<Carrier>(fields[2], out var carrier) || Enum.GetName(carrier) != fields[2]) return false;
        var length = 0;
        ReadOnlyMemory<byte>? payload = null;
        if (fields[3] is [Mask, .. var digits])
        {
            if (!TryReadNumber(digits, Presentation.PayloadMax, out var masked)) return false;
            length = (int)masked;
        }
        else
        {
            var bytes = new byte[fields[3].Length];
            if (!Convert.TryFromBase64String(fields[3], bytes, out length)) return false;
            if (Convert.ToBase64String(bytes, 0, length) != fields[3]) return false;
            payload = bytes.AsMemory(0, length);
        }

        if (!Presentation.IsWithinLimits(carrier, length)) return false;
        line = new CaptureLine(TimeSpan.FromMicroseconds(microseconds), fields[1], carrier, payload, length);
        return true;
    }

    /// <summary>The shape of the line; never the payload.</summary>
    public override string ToString() => $"{Carrier} at {Reader}, {Length} bytes";

    // A frame may have been taken just before the capture began.
    private static long Microseconds(TimeSpan elapsed) => Math.Max(0, (long)elapsed.TotalMicroseconds);

    private static bool TryReadNumber(string text, long max, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= max && (text.Length == 1 || text[0] != '0');
}
