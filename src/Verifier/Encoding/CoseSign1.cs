using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace Verifier.Encoding;

/// <summary>
/// A COSE_Sign1 message (RFC 9052, section 4.2), read strictly.
/// <list type="number">
/// <item>Tag 18, an array of four, deterministic CBOR, nothing behind it.</item>
/// <item>The protected header is exactly {1: algorithm, 4: key id of 8 bytes}.</item>
/// <item>The unprotected header is empty: what is not signed is not read.</item>
/// <item>The signature is 64 bytes, r || s.</item>
/// </list>
/// A malleable part is a fault, so one message has one encoding (but for the signature's own malleability).
/// </summary>
public sealed class CoseSign1
{
    /// <summary>Greatest message in bytes.</summary>
    public const int SizeMax = 400;

    /// <summary>Size of the key id.</summary>
    public const int KeyIdSize = 8;

    /// <summary>Size of the signature, r || s.</summary>
    public const int SignatureSize = 64;

    private const int PartCount = 4;
    private const int HeaderCount = 2;
    private const int AlgorithmLabel = 1;
    private const int KeyIdLabel = 4;
    private const string Context = "Signature1";
    private readonly byte[] protectedHeader;

    private CoseSign1(byte[] protectedHeader, byte[] payload, byte[] signature)
    {
        this.protectedHeader = protectedHeader;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The algorithm the header names; it must equal the one the trust list fixes for the key.</summary>
    public int Algorithm { get; private set; }

    /// <summary>The key id, as a big-endian number.</summary>
    public ulong KeyId { get; private set; }

    /// <summary>The signed bytes inside.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>r || s.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Reads a whole message. Never throws.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, [NotNullWhen(true)] out CoseSign1? message)
    {
        message = null;
        return source.Length <= SizeMax && StrictCbor.TryRead(source, Read, out message);
    }

    /// <summary>The bytes the signature covers: Sig_structure of RFC 9052, section 4.4, without external data.</summary>
    public byte[] ToBeSigned()
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(PartCount);
        writer.WriteTextString(Context);
        writer.WriteByteString(protectedHeader);
        writer.WriteByteString([]);
        writer.WriteByteString(Payload.Span);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static CoseSign1? Read(CborReader reader)
    {
        if (reader.ReadTag() != (CborTag)18 || reader.ReadStartArray() != PartCount) return null;
        var header = reader.ReadByteString();
        if (reader.ReadStartMap() != 0) return null;
        reader.ReadEndMap();
        var message = new CoseSign1(header, reader.ReadByteString(), reader.ReadByteString());
        reader.ReadEndArray();
        return message.Signature.Length == SignatureSize && message.TryReadHeader() ? message : null;
    }

    private bool TryReadHeader() => StrictCbor.TryRead(protectedHeader, ReadHeader, out _);

    private CoseSign1? ReadHeader(CborReader reader)
    {
        if (reader.ReadStartMap() != HeaderCount || reader.ReadInt32() != AlgorithmLabel) return null;
        Algorithm = reader.ReadInt32();
        if (reader.ReadInt32() != KeyIdLabel) return null;
        var keyId = reader.ReadByteString();
        if (keyId.Length != KeyIdSize) return null;
        KeyId = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(keyId);
        reader.ReadEndMap();
        return this;
    }
}
