using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace Verifier.Encoding;

/// <summary>
/// The one place where the CBOR library meets hostile bytes. It reads deterministic CBOR only (definite lengths,
/// shortest numbers, sorted and unique keys) and turns every exception the library is known to throw into false.
/// </summary>
internal static class StrictCbor
{
    /// <summary>Reads one data item that must fill the source. The reading returns null for what it will not have.</summary>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> source, Func<CborReader, T?> reading, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = null;
        try
        {
            var reader = new CborReader(source, CborConformanceMode.Canonical);
            var read = reading(reader);
            if (reader.BytesRemaining == 0) value = read;
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException
            or OverflowException or FormatException or ArgumentException)
        {
            // Broken input is a value here, not an event: the caller names it.
        }

        return value is not null;
    }
}
