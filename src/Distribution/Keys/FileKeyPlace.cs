using System.Security.Cryptography;
using System.Text;

namespace Distribution.Keys;

/// <summary>The device key in the file <c>device.key</c>: PKCS#8 in PEM, readable by its owner alone. Whoever copies the card
/// has it.</summary>
public sealed class FileKeyPlace : IKeyPlace
{
    private const int SizeMax = 4_096;

    /// <summary>A place in a state folder.</summary>
    public FileKeyPlace(string folder) => Path = System.IO.Path.Combine(folder, "device.key");

    /// <inheritdoc/>
    public bool IsSealed => false;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public ECDiffieHellman? Find()
    {
        var bytes = new byte[SizeMax];
        var letters = new char[SizeMax];
        try
        {
            using var file = File.OpenHandle(Path);
            var size = RandomAccess.Read(file, bytes, 0);
            return Import(letters.AsSpan(0, Encoding.ASCII.GetChars(bytes.AsSpan(0, size), letters)));
        }
        catch (FileNotFoundException)
        {
            // Only this means that there is no key: one that cannot be read now must not be replaced.
            return null;
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw new KeyPlaceException($"{Path} holds no device key: a board without one is enrolled anew.", broken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            letters.AsSpan().Clear();
        }
    }

    /// <inheritdoc/>
    public void Keep(ECDiffieHellman key) =>
        DurableFile.Write(Path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is kept between two calls.
    }

    private static ECDiffieHellman Import(ReadOnlySpan<char> pem)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
