using System.Security.Cryptography;
using Distribution.Tpm;

namespace Distribution.Keys;

/// <summary>
/// The device key sealed by the board's TPM 2.0: the file <c>device.tpm</c> is a sealed blob of the private scalar, 32 bytes.
/// It is unsealed once, kept in memory that does not move, and zeroed on dispose. Rules, in checking order:
/// <list type="number">
/// <item>A sealed key is the key, whatever else lies in the folder.</item>
/// <item>A blob that this TPM does not open is another board's: a fault that names the ceremony, never a new key.</item>
/// <item>A key in a file, from before the TPM was configured, is used and not called sealed; enrolment seals it.</item>
/// </list>
/// </summary>
public sealed class TpmKeyPlace : IKeyPlace
{
    private const int ScalarSize = 32;
    private readonly FileKeyPlace file;
    private readonly string way;
    private readonly byte[] scalar = GC.AllocateArray<byte>(ScalarSize, pinned: true);

    /// <summary>A place in a state folder and a TPM. Asks nothing yet.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="way">The way to the TPM, such as <c>device:/dev/tpmrm0</c>.</param>
    public TpmKeyPlace(string folder, string way)
    {
        file = new FileKeyPlace(folder);
        this.way = way;
        BlobPath = Path.Combine(folder, "device.tpm");
    }

    /// <inheritdoc/>
    public bool IsSealed { get; private set; }

    /// <summary>The sealed blob.</summary>
    public string BlobPath { get; }

    /// <inheritdoc/>
    public ECDiffieHellman? Find()
    {
        if (!IsSealed && DurableFile.Find(BlobPath) is null) return file.Find();
        Unseal();
        return Import(scalar);
    }

    /// <inheritdoc/>
    public void Keep(ECDiffieHellman key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var secret = new byte[ScalarSize];
        try
        {
            parameters.D!.CopyTo(secret, ScalarSize - parameters.D.Length);
            DurableFile.Write(BlobPath, TpmSeal.Seal(way, secret));
        }
        catch (TpmException refused)
        {
            throw new KeyPlaceException($"The device key cannot be sealed. {refused.Message}", refused);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
            CryptographicOperations.ZeroMemory(secret);
        }

        IsSealed = false;
        Unseal();
    }

    /// <summary>Seals a key that lay in a file, and deletes the file once the blob opens to the same key. At enrolment.</summary>
    /// <returns>True when there was one. Flash may still hold it, and a copy of the card made before does.</returns>
    /// <exception cref="KeyPlaceException">The key is broken, or the TPM does not seal it.</exception>
    public bool SealFile()
    {
        if (DurableFile.Find(BlobPath) is not null || file.Find() is not { } key) return false;
        using (key)
        {
            Keep(key);
            using var opened = Import(scalar);
            if (!opened.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                throw new KeyPlaceException($"The TPM gave back another key than it was given: {file.Path} still counts. Report this.");
        }

        File.Delete(file.Path);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(scalar);
        IsSealed = false;
        file.Dispose();
    }

    /// <summary>A secret that only whoever can unseal the key can make: the authorisation value of the floor's index, 32 bytes.</summary>
    /// <exception cref="KeyPlaceException">There is no sealed key, or it does not open.</exception>
    internal byte[] DeriveAuth()
    {
        if (DurableFile.Find(BlobPath) is null) throw new KeyPlaceException("There is no sealed device key: gate-agent enrol makes one.");
        Unseal();
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, ScalarSize, salt: null, "gate floor 1"u8.ToArray());
    }

    private static ECDiffieHellman Import(byte[] scalar)
    {
        // The public point follows from the scalar.
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar };
        return ECDiffieHellman.Create(parameters);
    }

    private void Unseal()
    {
        if (IsSealed) return;
        try
        {
            IsSealed = TpmSeal.TryUnseal(way, File.ReadAllBytes(BlobPath), scalar);
        }
        catch (TpmException refused) when (refused.Fault == TpmFault.NotForThisTpm)
        {
            throw new KeyPlaceException(
                $"{BlobPath} was sealed by another board, or this board's TPM was cleared: follow \"Replacing a board\" in operating.md.", refused);
        }
        catch (TpmException refused)
        {
            throw new KeyPlaceException($"The device key cannot be unsealed. {refused.Message}", refused);
        }

        if (!IsSealed) throw new KeyPlaceException($"{BlobPath} is damaged: follow \"Replacing a board\" in operating.md.");
    }
}
