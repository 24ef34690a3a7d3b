using System.Text;
using Demo;
using Microsoft.Data.Sqlite;
using Province.Keys;
using Province.People;

namespace EndToEnd.Tests;

/// <summary>The whole line on the published programs. Needs `./dev publish` first, and namespaces for the virtual card.</summary>
public sealed class DemoTests
{
    private const int ExitNoNamespaces = 3;
    private const string Fewer = "20000";

    [Fact]
    public async Task Everyone_of_the_cast_is_answered_as_the_notice_says_and_nothing_of_them_is_left()
    {
        using var folder = new TemporaryFolder();

        // As the README has it, at its own size.
        var ended = await RunAsync(folder);

        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Contains("14 of 14 as expected", ended.Output, StringComparison.Ordinal);
        SearchForPeople(folder.Path, ended);
        SearchJournal(Path.Combine(folder.Path, "state", "journal.db"));
    }

    [Theory]
    [InlineData("policy", "yellow-cinema")]
    [InlineData("signature", "green-phone")]
    [InlineData("polarity", "green-transit-card")]
    public async Task One_wrong_thing_makes_the_demo_fail_and_name_who_was_answered_wrongly(string fault, string role)
    {
        using var folder = new TemporaryFolder();

        var ended = await RunAsync(folder, "--people", Fewer, "--break", fault);

        Assert.True(ended.Code == 1, ended.Output + ended.Errors);
        Assert.Contains($"wrong  {role}", ended.Output, StringComparison.Ordinal);
    }

    private static async Task<Ended> RunAsync(TemporaryFolder folder, params string[] more)
    {
        var ended = await Programs.RunDemoAsync(folder.Path, more);
        if (ended.Code == ExitNoNamespaces) Assert.Skip("This kernel does not let this user make namespaces, which the virtual card needs.");
        return ended;
    }

    // Every text, pseudonym, number and UID of the cast, in every form a careless line could have: text, hexadecimal of
    // either case, base64, raw bytes; in logs, captures, journal, state and what was printed.
    private static void SearchForPeople(string folder, Ended ended)
    {
        string[] beside = ["agent.log", "camera.log", "capture.txt", "pcscd.log", "edges"];
        var files = Directory.GetFiles(Path.Combine(folder, "state"), "*", SearchOption.TopDirectoryOnly)
            .Concat(beside.Select(name => Path.Combine(folder, name)))
            .ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);
        files.Add("what was printed", Encoding.UTF8.GetBytes(ended.Output + ended.Errors));
        Assert.Contains(Path.Combine(folder, "state", "journal.db"), files.Keys);
        Assert.True(files[Path.Combine(folder, "capture.txt")].Length > 0);
        foreach (var (what, secret) in Secrets())
        {
            foreach (var (path, bytes) in files)
                Assert.True(bytes.AsSpan().IndexOf(secret) < 0, $"{what} stands in {path}.");
        }
    }

    private static IEnumerable<(string What, byte[] Secret)> Secrets()
    {
        var seed = new SeededBytes("demo");
        var roles = Expectation.Read(Path.Combine(AppContext.BaseDirectory, "expectations.tsv")).Select(line => line.Role);
        var cast = new Cast(seed, new Authority(seed), DateTimeOffset.UnixEpoch);
        foreach (var member in roles.Select(role => cast[role]))
        {
            if (member.Identifier.Length > 0)
            {
                foreach (var form in Forms(member.Identifier.ToArray())) yield return ($"the identifier of {member.Role}", form);
            }

            if (member.CardFile is { } file)
            {
                var number = Convert.ToHexStringLower(file.Span.Slice(10, 10))[1..];
                yield return ($"the card number of {member.Role}", Encoding.ASCII.GetBytes(number));
                foreach (var form in Forms(file.Slice(10, 10).ToArray())) yield return ($"the card number of {member.Role}", form);
            }
        }

        yield return ("a text of a code", "ZJ1:"u8.ToArray());
    }

    private static IEnumerable<byte[]> Forms(byte[] secret) =>
    [
        secret,
        Encoding.ASCII.GetBytes(Convert.ToHexString(secret)),
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)),
    ];

    private static void SearchJournal(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*), sum(opened), (SELECT ended_cleanly FROM run ORDER BY id DESC LIMIT 1), (SELECT group_concat(incident) FROM incident) FROM passage";
        using var row = count.ExecuteReader();
        Assert.True(row.Read());

        // Fourteen people, one of whom shows a report before the code; four of them drive a relay.
        Assert.Equal((15, 4, 1), (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)));

        // Fire began and ended at both lanes that have a barrier. A page that was tampered with was found and repaired.
        var incidents = row.GetString(3).Split(',');
        Assert.Equal(["1", "2", "1", "2"], incidents.Where(static incident => incident.Length == 1));
        Assert.Equal(["21", "22"], incidents.Where(static incident => incident.Length > 1));
    }
}
