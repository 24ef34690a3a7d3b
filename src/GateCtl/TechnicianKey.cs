using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LocalApi;

namespace GateCtl;

/// <summary>A technician's credential and the key that signs commands, from the file that the province gave.</summary>
internal sealed class TechnicianKey : IDisposable
{
    private const int FileSizeMax = 16 * 1024;
    private readonly ECDsa key;

    private TechnicianKey(string credential, ECDsa key)
    {
        Credential = credential;
        this.key = key;
    }

    /// <summary>The credential's text.</summary>
    public string Credential { get; }

    /// <summary>--credential.</summary>
    public static Option<FileInfo> Option()
    {
        var credential = new Option<FileInfo>("--credential") { Description = "The technician's credential and key, from the province.", HelpName = "FILE", Required = true };
        credential.AcceptExistingOnly();
        return credential;
    }

    /// <summary>Reads the file; null, and a line on standard error, when it is none.</summary>
    public static TechnicianKey? TryRead(FileInfo file)
    {
        var read = ECDsa.Create();
        try
        {
            if (file.Length > FileSizeMax) throw new JsonException($"over {FileSizeMax} bytes");
            var carried = JsonSerializer.Deserialize(File.ReadAllText(file.FullName), LocalJson.Default.TechnicianFile)
                ?? throw new JsonException("nothing in it");
            read.ImportFromPem(carried.Key);
            return new TechnicianKey(carried.Credential, read);
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            read.Dispose();
            Console.Error.WriteLine($"gatectl: {file.FullName} is no technician credential with its key: {unreadable.Message}");
            return null;
        }
    }

    /// <summary>Signs a command: base64 of r || s.</summary>
    public string Sign(byte[] command) => Convert.ToBase64String(key.SignData(command, HashAlgorithmName.SHA256));

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
