using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Province.Keys;

/// <summary>
/// A private key as a file that a passphrase opens: PKCS#8 EncryptedPrivateKeyInfo in PEM, PBES2 (RFC 8018) with
/// PBKDF2-HMAC-SHA256 and AES-256-CBC, as <c>openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256</c> makes it. The
/// contents are a PrivateKeyInfo of any kind.
/// </summary>
internal static class EncryptedKeyFile
{
    /// <summary>Rounds of PBKDF2 for a new file.</summary>
    public const int RoundsDefault = 600_000;

    /// <summary>Least and greatest rounds of a file that is read: a file of one round is worth nothing, one of a billion hangs.</summary>
    public const int RoundsMin = 1_000;

    /// <inheritdoc cref="RoundsMin"/>
    public const int RoundsMax = 10_000_000;

    /// <summary>Greatest file in bytes.</summary>
    public const int SizeMax = 16 * 1024;

    private const string Label = "ENCRYPTED PRIVATE KEY";
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string HmacSha256 = "1.2.840.113549.2.9";
    private const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    private const int SaltSize = 16;
    private const int SaltSizeMax = 64;
    private const int BlockSize = 16;
    private const int KeySize = 32;

    /// <summary>The text of a file.</summary>
    public static string Write(ReadOnlySpan<byte> privateKeyInfo, string passphrase, int rounds)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var initial = RandomNumberGenerator.GetBytes(BlockSize);
        using var aes = Cipher(passphrase, salt, rounds);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pbes2);
                using (writer.PushSequence())
                {
                    WriteDerivation(writer, salt, rounds);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Aes256Cbc);
                        writer.WriteOctetString(initial);
                    }
                }
            }

            writer.WriteOctetString(aes.EncryptCbc(privateKeyInfo, initial));
        }

        return PemEncoding.WriteString(Label, writer.Encode()) + "\n";
    }

    /// <summary>The PrivateKeyInfo in a file.</summary>
    /// <exception cref="CommandFailure">It is no such file, or the passphrase is another.</exception>
    public static byte[] Read(string path, string passphrase)
    {
        if (!File.Exists(path)) throw new CommandFailure($"There is no key file at {path}.");
        if (new FileInfo(path).Length > SizeMax) throw new CommandFailure($"{path} is over {SizeMax} bytes: no key file.");
        try
        {
            return Open(File.ReadAllText(path), passphrase)
                ?? throw new CommandFailure($"{path} is no encrypted key: expected PEM of {Label} with PBES2, HMAC-SHA256 and AES-256-CBC.");
        }
        catch (CryptographicException fault)
        {
            throw new CommandFailure($"The passphrase does not open {path}.", fault);
        }
        catch (AsnContentException fault)
        {
            throw new CommandFailure($"{path} is no encrypted key: expected PEM of {Label} with PBES2, HMAC-SHA256 and AES-256-CBC.", fault);
        }
    }

    private static byte[]? Open(string text, string passphrase)
    {
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != Label) return null;
        var file = new AsnReader(Convert.FromBase64String(text[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence();
        var algorithm = file.ReadSequence();
        var encrypted = file.ReadOctetString();
        if (algorithm.ReadObjectIdentifier() != Pbes2) return null;
        var parameters = algorithm.ReadSequence();
        var derivation = parameters.ReadSequence();
        var scheme = parameters.ReadSequence();
        if (derivation.ReadObjectIdentifier() != Pbkdf2 || scheme.ReadObjectIdentifier() != Aes256Cbc) return null;
        var initial = scheme.ReadOctetString();
        var row = derivation.ReadSequence();
        var salt = row.ReadOctetString();
        if (!row.TryReadInt32(out var rounds) || rounds is < RoundsMin or > RoundsMax || salt.Length > SaltSizeMax) return null;
        if (row.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) row.ReadInteger();
        if (!row.HasData || row.ReadSequence().ReadObjectIdentifier() != HmacSha256 || initial.Length != BlockSize) return null;
        using var aes = Cipher(passphrase, salt, rounds);
        return aes.DecryptCbc(encrypted, initial);
    }

    private static void WriteDerivation(AsnWriter writer, byte[] salt, int rounds)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pbkdf2);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(rounds);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HmacSha256);
                    writer.WriteNull();
                }
            }
        }
    }

    private static Aes Cipher(string passphrase, byte[] salt, int rounds)
    {
        var secret = Encoding.UTF8.GetBytes(passphrase);
        var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, rounds, HashAlgorithmName.SHA256, KeySize);
        CryptographicOperations.ZeroMemory(secret);
        return aes;
    }
}
