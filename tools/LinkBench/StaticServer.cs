using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

namespace LinkBench;

/// <summary>nginx over a folder on loopback, with the configuration that operators are given or with its own defaults; one line of
/// log a request.</summary>
internal sealed class StaticServer : IAsyncDisposable
{
    // A connection is named by both ends' addresses and ports: with several addresses ten thousand gates do not run out of ports.
    private const int Addresses = 16;
    private readonly Process process;
    private readonly string folder;
    private long logRead;
    private bool isCompressed;

    private StaticServer(Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string Root => RootOf(folder);

    private string LogPath => Path.Combine(folder, "access.log");

    public static string RootOf(string folder) => Path.Combine(folder, "www");

    /// <summary>Starts it on a port of its own.</summary>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="repository">The configuration of the repository; null for nginx's defaults, with metadata compressed beforehand.</param>
    /// <param name="stop">Ends the start.</param>
    public static async Task<StaticServer> StartAsync(string folder, string? repository, CancellationToken stop)
    {
        Directory.CreateDirectory(RootOf(folder));
        var port = FreePort();
        var listens = string.Concat(Enumerable.Range(1, Addresses).Select(number => $"listen 127.0.0.{number}:{port} backlog=4096; "));
        var shape = repository is null ? "gzip_static on; server_tokens off;" : $"include {repository};";
        var config = $$"""
            daemon off; worker_processes 1; error_log {{folder}}/error.log; pid {{folder}}/nginx.pid; worker_rlimit_nofile 16384;
            events { worker_connections 15000; }
            http {
              log_format bytes '{{Served.Format}}';
              access_log {{folder}}/access.log bytes; keepalive_timeout 3600s; keepalive_requests 1000000; sendfile on; tcp_nopush on;
              client_body_temp_path {{folder}}/tmp; proxy_temp_path {{folder}}/tmp; fastcgi_temp_path {{folder}}/tmp;
              uwsgi_temp_path {{folder}}/tmp; scgi_temp_path {{folder}}/tmp;
              server { {{listens}} root {{RootOf(folder)}}; {{shape}} }
            }
            """;
        var path = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(path, config, stop);
        var nginx = Process.Start("nginx", ["-c", path, "-p", folder, "-e", $"{folder}/error.log"]);
        var server = new StaticServer(nginx, folder, port) { isCompressed = repository is null };
        await server.WaitAsync(stop);
        return server;
    }

    public Uri AddressFor(int client) => new($"http://127.0.0.{(client % Addresses) + 1}:{Port}/");

    /// <summary>Copies what is new of a publication, the timestamp last. It is given the hour's time: nginx tells one state of a file
    /// from another by second and length, and here hours pass within a second.</summary>
    public void Publish(string repository, DateTimeOffset? publishedAt = null)
    {
        var files = Directory.GetFiles(repository, "*", SearchOption.AllDirectories)
            .OrderBy(static path => path.EndsWith("timestamp.json", StringComparison.Ordinal));
        foreach (var path in files)
        {
            var to = Path.Combine(Root, Path.GetRelativePath(repository, path));
            var isTimestamp = path.EndsWith("timestamp.json", StringComparison.Ordinal);
            if (File.Exists(to) && !isTimestamp) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to + ".copy", overwrite: true);
            if (publishedAt is { } moment) File.SetLastWriteTimeUtc(to + ".copy", moment.UtcDateTime);
            if (isCompressed && path.Contains("/metadata/", StringComparison.Ordinal)) Compress(to + ".copy", to + ".gz");
            File.Move(to + ".copy", to, overwrite: true);
        }
    }

    /// <summary>What was served since this was asked last.</summary>
    public async Task<IReadOnlyList<Served>> TakeServedAsync(CancellationToken stop)
    {
        await using var log = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = logRead;
        using var reader = new StreamReader(log);
        var served = new List<Served>();
        while (await reader.ReadLineAsync(stop) is { } line) served.Add(Served.Read(line));
        logRead = log.Position;
        return served;
    }

    public async ValueTask DisposeAsync()
    {
        using (var quit = Process.Start("kill", ["-QUIT", process.Id.ToString(CultureInfo.InvariantCulture)])) await quit.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static void Compress(string from, string to)
    {
        using (var source = File.OpenRead(from))
        using (var compressed = new GZipStream(File.Create(to + ".copy"), CompressionLevel.SmallestSize)) source.CopyTo(compressed);
        File.SetLastWriteTimeUtc(to + ".copy", File.GetLastWriteTimeUtc(from));
        File.Move(to + ".copy", to, overwrite: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, bounded.Token);
                return;
            }
            catch (SocketException refused)
            {
                if (process.HasExited) throw new IOException($"nginx did not start: see {folder}/error.log. It is in the Debian package nginx-light.", refused);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bounded.Token);
            }
        }
    }
}
