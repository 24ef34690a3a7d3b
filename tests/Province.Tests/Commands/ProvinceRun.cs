using System.Security.Cryptography;
using Province.Commands;

namespace Province.Tests.Commands;

/// <summary>A folder of its own for one test, and commands that run on it as from a shell.</summary>
internal sealed class ProvinceRun : IDisposable
{
    public const string Now = "2026-03-01T08:00:00Z";

    public ProvinceRun()
    {
        Folder = Directory.CreateTempSubdirectory("province-test-").FullName;
        Device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(DeviceKeyFile, Device.ExportSubjectPublicKeyInfoPem());
    }

    public string Folder { get; }

    public ECDiffieHellman Device { get; }

    public string DeviceKeyFile => Path.Combine(Folder, "device.pub");

    public string Province => Path.Combine(Folder, "province");

    public string Out { get; private set; } = string.Empty;

    public string Error { get; private set; } = string.Empty;

    /// <summary>Runs a command line; <c>@</c> stands for the province's folder.</summary>
    public int Run(string line, string input = "")
    {
        using var standardIn = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input));
        using var standardOut = new StringWriter();
        using var standardError = new StringWriter();
        var terminal = new Terminal(standardIn, standardOut, standardError, new StoppedTime());
        var code = CommandLine.Run([.. line.Split(' ').Select(word => word.Replace("@", Province, StringComparison.Ordinal))], terminal);
        Out = standardOut.ToString();
        Error = standardError.ToString();
        return code;
    }

    /// <summary>The bytes of a published target: the file whose name is its hash and the target's name.</summary>
    public byte[] Target(string path)
    {
        var folder = Path.Combine(Province, "repository", "targets", Path.GetDirectoryName(path)!);
        return File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder, $"*.{Path.GetFileName(path)}")));
    }

    public void Dispose()
    {
        Device.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // The moment that commands take where they are given none.
    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    }
}
