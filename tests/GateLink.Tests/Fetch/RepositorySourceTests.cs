using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GateLink.Fetch;
using LocalApi.Link;

namespace GateLink.Tests.Fetch;

/// <summary>gate-link's fetching against servers that do everything wrong, over real sockets.</summary>
public sealed class RepositorySourceTests : IDisposable
{
    private const string Timestamp = "metadata/timestamp.json";
    private const string Policy = "metadata/3.targets.json";
    private static readonly FetchLimits Quick = new()
    {
        Head = TimeSpan.FromMilliseconds(500),
        Stall = TimeSpan.FromMilliseconds(500),
        Answer = TimeSpan.FromSeconds(10),
        BytesPerSecondMin = 1_000_000,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("gate-").FullName;
    private readonly byte[] content = Enumerable.Range(0, 300_000).Select(static index => (byte)(index % 253)).ToArray();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Target => $"targets/list/{Convert.ToHexStringLower(SHA256.HashData(content))}.base-1.idx";

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", LinkWhy.Redirected)]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: /metadata/elsewhere\r\nContent-Length: 0\r\n\r\n", LinkWhy.Redirected)]
    [InlineData("HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n", LinkWhy.ServerRefuses)]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", LinkWhy.Redirected)]
    [InlineData("HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/20\r\nContent-Length: 5\r\n\r\n12345", LinkWhy.ServerRefuses)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", LinkWhy.TooSlow)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", LinkWhy.Unreachable)]
    [InlineData("this is no HTTP\r\n\r\n", LinkWhy.Unreachable)]
    public async Task An_answer_that_is_none_means_that_the_file_cannot_be_had_now(string answer, LinkWhy why)
    {
        await using var server = new RawServer((_, stream, _) => RawServer.SayAsync(stream, answer));
        using var source = SourceOf(server);

        Assert.Equal(LinkAnswer.Unavailable(why), await ReadAsync(source, Policy, 0));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(410)]
    public async Task A_file_that_is_not_there_is_said_to_be_none(int status)
    {
        await using var server = new RawServer((_, stream, _) => RawServer.SayAsync(stream, $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"));
        using var source = SourceOf(server);

        Assert.Equal(LinkAnswer.NoFile, await ReadAsync(source, Policy, 0));
        Assert.Equal(LinkAnswer.NoFile, await ReadAsync(source, Target, 0));
    }

    [Fact]
    public async Task A_page_that_is_no_document_is_passed_on_for_the_agent_to_refuse()
    {
        const string Page = "<html><body>Please log in</body></html>";
        await using var server = new RawServer((_, stream, _) => RawServer.SayAsync(
            stream, $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\n\r\n{Page}"));
        using var source = SourceOf(server);
        var buffer = new byte[100];

        var answer = await source.ReadAsync(Timestamp, 0, buffer, buffer.Length, Stop);

        Assert.Equal(Page, Encoding.ASCII.GetString(buffer, 0, answer.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public async Task A_server_that_stalls_is_given_up(int after)
    {
        await using var server = new RawServer(async (_, stream, stop) =>
        {
            await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + new string('x', after));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });
        using var source = SourceOf(server);

        Assert.Equal(LinkAnswer.Unavailable(LinkWhy.TooSlow), await ReadAsync(source, Policy, 0));
    }

    [Fact]
    public async Task A_server_that_says_nothing_at_all_is_given_up()
    {
        await using var server = new RawServer((_, _, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        using var source = SourceOf(server);

        Assert.Equal(LinkAnswer.Unavailable(LinkWhy.TooSlow), await ReadAsync(source, Policy, 0));
    }

    [Fact]
    public async Task A_server_that_drips_is_given_up()
    {
        await using var server = new RawServer(async (_, stream, stop) =>
        {
            await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            for (; ; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop)) await RawServer.SayAsync(stream, "x");
        });
        using var source = SourceOf(server);

        Assert.Equal(LinkAnswer.Unavailable(LinkWhy.TooSlow), await ReadAsync(source, Policy, 0));
    }

    [Theory]
    [InlineData("Content-Length: 100000000")]
    [InlineData("Connection: close")]
    public async Task A_document_that_does_not_end_is_cut_off_at_its_limit(string header)
    {
        await using var server = new RawServer((_, stream, stop) => PourAsync(stream, header, stop));
        using var source = SourceOf(server, Quick with { MetadataMax = 200_000 });

        Assert.Equal(LinkAnswer.Unavailable(LinkWhy.TooLong), await ReadAsync(source, Policy, 0));
    }

    [Fact]
    public async Task A_compressed_document_is_bounded_by_what_it_becomes()
    {
        var bomb = Compress(new byte[10_000_000]);
        await using var server = new RawServer((_, stream, _) => SayAsync(stream, bomb, "Content-Encoding: gzip\r\n"));
        using var source = SourceOf(server, Quick with { MetadataMax = 200_000 });

        Assert.Equal(LinkAnswer.Unavailable(LinkWhy.TooLong), await ReadAsync(source, Policy, 0));
    }

    [Fact]
    public async Task Metadata_may_come_compressed()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"signed\":1}", 500)));
        await using var server = new RawServer((_, stream, _) => SayAsync(stream, Compress(text), "Content-Encoding: gzip\r\n"));
        using var source = SourceOf(server);

        Assert.Equal(text, await ReadAllAsync(source, Policy));
        Assert.Contains("Accept-Encoding: gzip", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timestamp_is_asked_for_with_its_tag_and_another_one_is_news()
    {
        var version = 1;
        await using var server = new RawServer((head, stream, _) => head.Contains($"If-None-Match: \"v{version}\"", StringComparison.Ordinal)
            ? RawServer.SayAsync(stream, $"HTTP/1.1 304 Same\r\nETag: \"v{version}\"\r\n\r\n")
            : RawServer.SayAsync(stream, $"HTTP/1.1 200 OK\r\nETag: \"v{version}\"\r\nContent-Length: 2\r\n\r\nv{version}"));
        using var source = SourceOf(server);

        Assert.True(await source.LookAsync(Stop));
        Assert.False(await source.LookAsync(Stop));
        version = 2;
        Assert.True(await source.LookAsync(Stop));

        Assert.Equal("v2"u8.ToArray(), await ReadAllAsync(source, Timestamp));
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("If-None-Match: \"v1\"", server.Requests[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(299_999)]
    public async Task A_target_that_breaks_off_is_fetched_on_from_there(int at)
    {
        var isFirst = true;
        await using var server = new RawServer(async (head, stream, _) =>
        {
            var from = FromOf(head);
            await HeadAsync(stream, from);
            await stream.WriteAsync(content.AsMemory(from, (isFirst ? at : content.Length) - from), Stop);
            if (isFirst) stream.Socket.Shutdown(SocketShutdown.Both);
            isFirst = false;
        });
        using var source = SourceOf(server);

        var before = await ReadUntilFaultAsync(source, Target);
        var after = await ReadAllAsync(source, Target, before.Length);

        Assert.Equal(content, before.Concat(after));
        if (before.Length > 0) Assert.Contains($"Range: bytes={before.Length}-", server.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_came_whole_is_not_fetched_again()
    {
        await using var server = new RawServer((head, stream, _) => SayAsync(stream, content, string.Empty));
        using (var source = SourceOf(server)) Assert.Equal(content, await ReadAllAsync(source, Target));
        using var next = SourceOf(server);

        Assert.Equal(content, await ReadAllAsync(next, Target));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_target_that_is_not_the_file_of_its_name_is_not_kept()
    {
        var isFirst = true;
        await using var server = new RawServer((_, stream, _) =>
        {
            var bytes = isFirst ? new byte[content.Length] : content;
            isFirst = false;
            return SayAsync(stream, bytes, string.Empty);
        });
        using var source = SourceOf(server);

        await ReadUntilFaultAsync(source, Target);

        Assert.Equal(content, await ReadAllAsync(source, Target));
    }

    [Fact]
    public async Task Pages_are_passed_on_by_range_and_not_kept()
    {
        var pages = Target.Replace(".idx", ".gal", StringComparison.Ordinal);
        await using var server = new RawServer(async (head, stream, _) =>
        {
            var (from, until) = (FromOf(head), Math.Min(UntilOf(head), content.Length));
            await RawServer.SayAsync(stream, $"HTTP/1.1 206 Part\r\nContent-Range: bytes {from}-{until - 1}/{content.Length}\r\nContent-Length: {until - from}\r\n\r\n");
            await stream.WriteAsync(content.AsMemory(from, until - from), Stop);
        });
        using var source = SourceOf(server);

        Assert.Equal(content, await ReadAllAsync(source, pages));
        var page = new byte[4096];
        Assert.Equal(LinkAnswer.Bytes(4096), await source.ReadAsync(pages, 8192, page, 4096, Stop));

        Assert.Equal(content[8192..12288], page);
        Assert.Contains("Range: bytes=8192-12287", server.Requests[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task The_next_snapshot_is_made_of_the_one_before_by_what_changed()
    {
        var patch = SnapshotPatch.Make("snapshot seven"u8, "snapshot eight"u8);
        await using var server = new RawServer((head, stream, _) => head switch
        {
            _ when head.Contains("/metadata/7.snapshot.json", StringComparison.Ordinal) => SayAsync(stream, "snapshot seven"u8.ToArray(), string.Empty),
            _ when head.Contains("/metadata/8.snapshot.patch", StringComparison.Ordinal) => SayAsync(stream, patch, string.Empty),
            _ => SayAsync(stream, "whole"u8.ToArray(), string.Empty),
        });
        using var source = SourceOf(server);

        Assert.Equal("snapshot seven"u8.ToArray(), await ReadAllAsync(source, "metadata/7.snapshot.json"));
        Assert.Equal("snapshot eight"u8.ToArray(), await ReadAllAsync(source, "metadata/8.snapshot.json"));
        Assert.Equal("whole"u8.ToArray(), await ReadAllAsync(source, "metadata/10.snapshot.json"));

        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")]
    public async Task Without_a_patch_that_leads_there_a_snapshot_is_fetched_whole(string answer)
    {
        await using var server = new RawServer((head, stream, _) => head.Contains(".patch", StringComparison.Ordinal)
            ? RawServer.SayAsync(stream, answer)
            : SayAsync(stream, "whole"u8.ToArray(), string.Empty));
        using var source = SourceOf(server);

        for (var version = 7; version <= 9; version++)
            Assert.Equal("whole"u8.ToArray(), await ReadAllAsync(source, $"metadata/{version}.snapshot.json"));

        Assert.Equal(2, server.Requests.Count(static head => head.Contains(".patch", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_without_patches_stays_the_one_that_is_asked()
    {
        await using var without = new RawServer((head, stream, _) => head.Contains(".patch", StringComparison.Ordinal)
            ? RawServer.SayAsync(stream, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            : SayAsync(stream, "whole"u8.ToArray(), string.Empty));
        await using var with = new RawServer((_, stream, _) => SayAsync(stream, "other"u8.ToArray(), string.Empty));
        using var source = SourceOf(Quick, without, with);

        for (var version = 7; version <= 9; version++)
            Assert.Equal("whole"u8.ToArray(), await ReadAllAsync(source, $"metadata/{version}.snapshot.json"));

        Assert.Empty(with.Requests);
    }

    [Fact]
    public async Task After_a_refusal_nothing_is_made_of_what_was_refused()
    {
        await using var server = new RawServer((_, stream, _) => SayAsync(stream, "whole"u8.ToArray(), string.Empty));
        using var source = SourceOf(server);

        await ReadAllAsync(source, "metadata/7.snapshot.json");
        source.Refuse();
        await ReadAllAsync(source, "metadata/8.snapshot.json");

        Assert.DoesNotContain(server.Requests, static head => head.Contains(".patch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_that_carries_its_hash_is_asked_for_whole_where_nothing_is_kept()
    {
        await using var server = new RawServer((_, stream, _) => SayAsync(stream, content, string.Empty));
        using var source = new RepositorySource(
            [new Mirror(server.Address, Quick, TimeProvider.System)], null, Quick, TimeProvider.System, static _ => { });

        Assert.Equal(content, await ReadAllAsync(source, Target));

        Assert.DoesNotContain("Range", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_fails_is_followed_by_the_next_and_a_refused_one_is_left()
    {
        await using var broken = new RawServer((_, stream, _) => RawServer.SayAsync(stream, "HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n"));
        await using var good = new RawServer((_, stream, _) => RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"));
        await using var other = new RawServer((_, stream, _) => RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"));
        using var source = SourceOf(Quick, broken, good, other);

        Assert.Equal("good"u8.ToArray(), await ReadAllAsync(source, Policy));
        source.Refuse();
        Assert.Equal("other"u8.ToArray(), await ReadAllAsync(source, Policy));
    }

    [Fact]
    public void The_cache_does_not_outgrow_its_size()
    {
        var cache = new FileCache(folder, 250);

        for (var number = 0; number < 5; number++)
        {
            var bytes = new byte[100];
            bytes[0] = (byte)number;
            var name = Convert.ToHexStringLower(SHA256.HashData(bytes));
            cache.Append(name, 0, bytes);
            Assert.True(cache.TryComplete(name));
        }

        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    private static async Task PourAsync(NetworkStream stream, string header, CancellationToken stop)
    {
        await RawServer.SayAsync(stream, $"HTTP/1.1 200 OK\r\n{header}\r\n\r\n");
        for (var piece = new byte[65_536]; ;) await stream.WriteAsync(piece, stop);
    }

    private static async Task SayAsync(NetworkStream stream, byte[] body, string headers)
    {
        await RawServer.SayAsync(stream, $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        await stream.WriteAsync(body, Stop);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return compressed.ToArray();
    }

    private static int FromOf(string head) => RangeOf(head) is { Length: 2 } range ? int.Parse(range[0], CultureInfo.InvariantCulture) : 0;

    private static int UntilOf(string head) =>
        RangeOf(head) is { Length: 2 } range && range[1].Length > 0 ? int.Parse(range[1], CultureInfo.InvariantCulture) + 1 : int.MaxValue;

    private static string[] RangeOf(string head) =>
        head.Split('\n').FirstOrDefault(static line => line.StartsWith("Range:", StringComparison.Ordinal))?.Split('=')[1].Split('-') ?? [];

    private static async Task<LinkAnswer> ReadAsync(RepositorySource source, string path, long offset)
    {
        var buffer = new byte[LinkFrame.BytesMax];
        return await source.ReadAsync(path, offset, buffer, buffer.Length, Stop);
    }

    private static async Task<byte[]> ReadAllAsync(RepositorySource source, string path, long offset = 0)
    {
        var (bytes, answer) = await ReadToAnswerAsync(source, path, offset);
        Assert.Equal(LinkKind.End, answer.Kind);
        return bytes;
    }

    private static async Task<byte[]> ReadUntilFaultAsync(RepositorySource source, string path)
    {
        var (bytes, answer) = await ReadToAnswerAsync(source, path, 0);
        Assert.Equal(LinkKind.Unavailable, answer.Kind);
        return bytes;
    }

    private static async Task<(byte[] Bytes, LinkAnswer Last)> ReadToAnswerAsync(RepositorySource source, string path, long offset)
    {
        using var all = new MemoryStream();
        var buffer = new byte[LinkFrame.BytesMax];
        while (true)
        {
            var answer = await source.ReadAsync(path, offset + all.Length, buffer, buffer.Length, Stop);
            if (answer.Kind != LinkKind.Bytes) return (all.ToArray(), answer);
            await all.WriteAsync(buffer.AsMemory(0, answer.Count), Stop);
        }
    }

    private async Task HeadAsync(NetworkStream stream, int from) => await RawServer.SayAsync(stream, from == 0
        ? $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n"
        : $"HTTP/1.1 206 Part\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\nContent-Length: {content.Length - from}\r\n\r\n");

    private RepositorySource SourceOf(RawServer server, FetchLimits? limits = null) => SourceOf(limits ?? Quick, server);

    private RepositorySource SourceOf(FetchLimits limits, params RawServer[] servers) => new(
        [.. servers.Select(server => new Mirror(server.Address, limits, TimeProvider.System))],
        new FileCache(folder, 1_000_000), limits, TimeProvider.System, static _ => { });
}
