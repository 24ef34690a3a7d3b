using System.Buffers.Binary;
using System.Security.Cryptography;
using Distribution.Native;

namespace Distribution.Tpm;

/// <summary>
/// The structures of a gate, written in the wire form of TCG TPM 2.0 Library, Part 2, and made the C structures of ESAPI by
/// libtss2-mu. A TPM2B is a size and as many bytes: big-endian on the wire, in the machine's order in C.
/// </summary>
internal static class TpmStructures
{
    /// <summary>TPM2_ALG_SHA256.</summary>
    public const ushort Sha256 = 0x000B;

    /// <summary>Room for any structure used here; the greatest, TPM2B_PUBLIC, has about 620 bytes.</summary>
    public const int StructureSize = 2_048;

    private const ushort Ecc = 0x0023;
    private const ushort KeyedHash = 0x0008;
    private const ushort Aes = 0x0006;
    private const ushort Cfb = 0x0043;
    private const ushort NoAlgorithm = 0x0010;
    private const ushort NistP256 = 0x0003;
    private const ushort AesBits = 128;

    // TPMA_OBJECT: fixedTPM 1, fixedParent 4, sensitiveDataOrigin 5, userWithAuth 6, noDA 10, restricted 16, decrypt 17.
    private const uint StorageKey = 0x0003_0472;
    private const uint SealedData = 0x0000_0452;

    // TPMA_NV: AUTHWRITE 2, AUTHREAD 18, NO_DA 25; an ordinary index. The owner can remove it and not write it.
    private const uint FloorIndex = 0x0204_0004;

    /// <summary>TPMT_SYM_DEF: AES-128 in CFB, for the parameters of a session.</summary>
    public static byte[] ParameterCipher { get; } = MakeCipher();

    /// <summary>TPM2B_DATA and the like, empty.</summary>
    public static byte[] Empty { get; } = new byte[StructureSize];

    /// <summary>TPM2B_PUBLIC of the key that everything is sealed under: ECC P-256, restricted, the same at each start.</summary>
    public static byte[] StorageKeyTemplate() => Make(TssMarshal.ReadPublic, writer =>
    {
        writer.Write16(Ecc);
        writer.Write16(Sha256);
        writer.Write32(StorageKey);
        writer.Write16(0);
        writer.Write16(Aes);
        writer.Write16(AesBits);
        writer.Write16(Cfb);
        writer.Write16(NoAlgorithm);
        writer.Write16(NistP256);
        writer.Write16(NoAlgorithm);
        writer.Write16(0);
        writer.Write16(0);
    });

    /// <summary>TPM2B_PUBLIC of sealed bytes.</summary>
    public static byte[] SealedTemplate() => Make(TssMarshal.ReadPublic, static writer =>
    {
        writer.Write16(KeyedHash);
        writer.Write16(Sha256);
        writer.Write32(SealedData);
        writer.Write16(0);
        writer.Write16(NoAlgorithm);
        writer.Write16(0);
    });

    /// <summary>TPM2B_NV_PUBLIC of an index that only its own authorisation value reads and writes.</summary>
    public static byte[] IndexPublic(uint index, ushort size) => Make(TssMarshal.ReadIndexPublic, writer =>
    {
        writer.Write32(index);
        writer.Write16(Sha256);
        writer.Write32(FloorIndex);
        writer.Write16(0);
        writer.Write16(size);
    });

    /// <summary>TPM2B_SENSITIVE_CREATE around bytes to seal, without an authorisation value. The caller clears it.</summary>
    public static byte[] Sensitive(byte[] secret) => Make(TssMarshal.ReadSensitive, writer =>
    {
        writer.Write16(0);
        writer.Write16((ushort)secret.Length);
        writer.WriteBytes(secret);
    });

    /// <summary>TPM2B_AUTH, TPM2B_MAX_NV_BUFFER: bytes with their size before them, in a buffer of their own.</summary>
    public static byte[] Sized(ReadOnlySpan<byte> bytes)
    {
        var structure = new byte[StructureSize];
        BitConverter.TryWriteBytes(structure, (ushort)bytes.Length);
        bytes.CopyTo(structure.AsSpan(sizeof(ushort)));
        return structure;
    }

    private static byte[] MakeCipher()
    {
        var cipher = new byte[StructureSize];
        BitConverter.TryWriteBytes(cipher, Aes);
        BitConverter.TryWriteBytes(cipher.AsSpan(2), AesBits);
        BitConverter.TryWriteBytes(cipher.AsSpan(4), Cfb);
        return cipher;
    }

    private delegate uint Unmarshal(ReadOnlySpan<byte> wire, nuint size, ref nuint offset, Span<byte> structure);

    private static byte[] Make(Unmarshal read, Action<WireWriter> write)
    {
        var writer = new WireWriter();
        try
        {
            write(writer);
            var structure = new byte[StructureSize];
            nuint offset = 0;
            var wire = writer.Finish();
            TpmException.ThrowIfFailed(read(wire, (nuint)wire.Length, ref offset, structure), "take a structure");
            return structure;
        }
        finally
        {
            writer.Clear();
        }
    }

    /// <summary>Writes one TPM2B in wire form.</summary>
    private sealed class WireWriter
    {
        private readonly byte[] buffer = new byte[512];
        private int end = sizeof(ushort);

        public void Write16(ushort value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(end), value);
            end += sizeof(ushort);
        }

        public void Write32(uint value)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(end), value);
            end += sizeof(uint);
        }

        public void WriteBytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(buffer.AsSpan(end));
            end += bytes.Length;
        }

        public ReadOnlySpan<byte> Finish()
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)(end - sizeof(ushort)));
            return buffer.AsSpan(0, end);
        }

        public void Clear() => CryptographicOperations.ZeroMemory(buffer);
    }
}
