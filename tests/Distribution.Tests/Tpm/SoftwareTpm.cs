using System.Diagnostics;
using System.Net.Sockets;

namespace Distribution.Tests.Tpm;

/// <summary>A real TPM 2.0 in software: a swtpm process on Unix sockets, with a state that outlives it. Tests are skipped where
/// it is not installed.</summary>
internal sealed class SoftwareTpm : IDisposable
{
    private const string Program = "/usr/bin/swtpm";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string folder = Directory.CreateTempSubdirectory("tpm-").FullName;
    private Process? process;

    public SoftwareTpm()
    {
        Assert.SkipUnless(File.Exists(Program), "swtpm is not installed: ./dev setup does it.");
        Directory.CreateDirectory(StateFolder);
        Start();
    }

    /// <summary>The way to it.</summary>
    public string Way => $"swtpm:path={Socket}";

    private string Socket => Path.Combine(folder, "tpm");

    private string StateFolder => Path.Combine(folder, "state");

    /// <summary>Takes its power away; what it wrote stays.</summary>
    public void Stop()
    {
        if (process is null) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Gives it power.</summary>
    public void Start()
    {
        File.Delete(Socket);
        File.Delete(Socket + ".ctrl");
        process = Process.Start(new ProcessStartInfo(Program,
            ["socket", "--tpm2", "--tpmstate", $"dir={StateFolder}", "--server", $"type=unixio,path={Socket}",
                "--ctrl", $"type=unixio,path={Socket}.ctrl", "--flags", "not-need-init,startup-clear"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Assert.True(SpinWait.SpinUntil(() => Listens(Socket + ".ctrl") && Listens(Socket), Patience), "swtpm does not listen.");
    }

    // The file of a socket is there a moment before anyone listens.
    private static bool Listens(string path)
    {
        using var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }
}
