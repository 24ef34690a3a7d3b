using System.Security.Cryptography;

namespace CardReader;

/// <summary>
/// The bytes one reader saw at one moment; nothing in it is decoded or trusted. The payload is copied once, bounded, and
/// cleared as soon as it has been judged. Prints nothing of it.
/// </summary>
public sealed class Presentation
{
    /// <summary>Greatest payload in bytes: the text of a version 40 QR code.</summary>
    public const int PayloadMax = 4_296;

    /// <summary>Greatest payload of a card in bytes. The longest that is read today is 32.</summary>
    public const int CardPayloadMax = 64;

    private readonly byte[] payload;

    /// <summary>Copies a payload.</summary>
    /// <param name="reader">The reader's name.</param>
    /// <param name="carrier">What it was read from.</param>
    /// <param name="payload">1 to <see cref="PayloadMaxOf"/> bytes; none exactly when it is unreadable.</param>
    /// <param name="timestamp">Monotonic timestamp of the last byte or frame, of the agent's TimeProvider.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload is not within the limits of its carrier.</exception>
    public Presentation(string reader, Carrier carrier, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (!IsWithinLimits(carrier, payload.Length)) throw new ArgumentOutOfRangeException(nameof(payload));
        Reader = reader;
        Carrier = carrier;
        this.payload = payload.ToArray();
        Timestamp = timestamp;
    }

    /// <summary>The reader's name.</summary>
    public string Reader { get; }

    /// <summary>What the payload was read from.</summary>
    public Carrier Carrier { get; }

    /// <summary>The bytes; zeros after <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Monotonic timestamp of the last byte or frame.</summary>
    public long Timestamp { get; }

    /// <summary>Whether a payload of so many bytes may come from a carrier.</summary>
    public static bool IsWithinLimits(Carrier carrier, int size) =>
        carrier == Carrier.Unreadable ? size == 0 : size > 0 && size <= PayloadMaxOf(carrier);

    /// <summary>The greatest payload in bytes of a carrier; 0 for one that has none.</summary>
    public static int PayloadMaxOf(Carrier carrier) => carrier switch
    {
        Carrier.Qr => PayloadMax,
        Carrier.TransitCard or Carrier.CityCard or Carrier.SocialSecurityCard or Carrier.CardUid => CardPayloadMax,
        _ => 0,
    };

    /// <summary>Overwrites the payload with zeros.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(payload);

    /// <summary>The reader and the carrier; never the payload.</summary>
    public override string ToString() => $"{Carrier} at {Reader}";
}
