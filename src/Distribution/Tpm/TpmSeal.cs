using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Distribution.Native;

namespace Distribution.Tpm;

/// <summary>
/// Bytes that only one TPM gives back: a sealed object under its storage key, kept outside as TPM2B_PUBLIC and
/// TPM2B_PRIVATE in wire form, one after the other. Whoever runs programs on the board can unseal; who has the blob alone
/// cannot.
/// </summary>
internal static class TpmSeal
{
    /// <summary>Greatest secret in bytes.</summary>
    public const int SecretMax = 128;

    /// <summary>Greatest blob in bytes.</summary>
    public const int BlobMax = 2_048;

    /// <summary>Seals a secret.</summary>
    /// <exception cref="TpmException">The TPM does not.</exception>
    public static byte[] Seal(string way, byte[] secret)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, SecretMax);
        return TpmConnection.Run(way, connection => Seal(connection, secret));
    }

    /// <summary>Unseals a secret into a buffer. False when the blob is no blob.</summary>
    /// <param name="way">The way to the TPM.</param>
    /// <param name="blob">What <see cref="Seal(string, byte[])"/> gave.</param>
    /// <param name="secret">Takes exactly as many bytes as were sealed.</param>
    /// <exception cref="TpmException">The TPM does not: <see cref="TpmFault.NotForThisTpm"/> on another board.</exception>
    public static bool TryUnseal(string way, byte[] blob, byte[] secret) =>
        TryRead(blob, out var inPublic, out var inPrivate) && TpmConnection.Run(way, connection => Unseal(connection, inPublic, inPrivate, secret));

    private static byte[] Seal(TpmConnection connection, byte[] secret)
    {
        var key = connection.MakeStorageKey();
        var session = connection.StartEncrypted(key);
        var sensitive = TpmStructures.Sensitive(secret);
        try
        {
            var code = EsysLibrary.Create(
                connection.Context, key, session, EsysLibrary.None, EsysLibrary.None, sensitive, TpmStructures.SealedTemplate(),
                TpmStructures.Empty, TpmStructures.Empty, out var outPrivate, out var outPublic, 0, 0, 0);
            using (outPrivate)
            using (outPublic)
            {
                TpmException.ThrowIfFailed(code, "seal");
                return Write(outPublic, outPrivate);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sensitive);
        }
    }

    private static bool Unseal(TpmConnection connection, byte[] inPublic, byte[] inPrivate, byte[] secret)
    {
        var key = connection.MakeStorageKey();
        var session = connection.StartEncrypted(key);
        TpmException.ThrowIfFailed(
            EsysLibrary.Load(connection.Context, key, session, EsysLibrary.None, EsysLibrary.None, inPrivate, inPublic, out var item),
            "take the sealed key");
        connection.Own(item);
        var code = EsysLibrary.Unseal(connection.Context, item, session, EsysLibrary.None, EsysLibrary.None, out var memory);
        using (memory)
        {
            TpmException.ThrowIfFailed(code, "unseal");
            var opened = memory.Contents(SecretMax);
            try
            {
                if (opened.Length != secret.Length) return false;
                opened.CopyTo(secret);
                return true;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened);
            }
        }
    }

    private static byte[] Write(SafeHandle outPublic, SafeHandle outPrivate)
    {
        var blob = new byte[BlobMax];
        nuint offset = 0;
        TpmException.ThrowIfFailed(
            TssMarshal.WritePublic(outPublic.DangerousGetHandle(), blob, BlobMax, ref offset), "give the public part");
        TpmException.ThrowIfFailed(
            TssMarshal.WritePrivate(outPrivate.DangerousGetHandle(), blob, BlobMax, ref offset), "give the private part");
        return blob[..(int)offset];
    }

    private static bool TryRead(byte[] blob, out byte[] inPublic, out byte[] inPrivate)
    {
        inPublic = new byte[TpmStructures.StructureSize];
        inPrivate = new byte[TpmStructures.StructureSize];
        if (blob.Length is 0 or > BlobMax) return false;
        nuint offset = 0;
        return TssMarshal.ReadPublic(blob, (nuint)blob.Length, ref offset, inPublic) == 0
            && TssMarshal.ReadPrivate(blob, (nuint)blob.Length, ref offset, inPrivate) == 0
            && offset == (nuint)blob.Length;
    }
}
