using System.Text.Json.Nodes;
using Verifier.AllowList;
using Verifier.Trust;

namespace Province.Tests.Publishing;

/// <summary>The ceremonies of docs/ceremonies.md: the very commands that stand there, and what goes wrong without them.</summary>
public sealed class CeremonyTests : IDisposable
{
    private const string Machines = "--key list.key --key closing.key --key snapshot.key --key timestamp.key --passphrase-file pass";
    private const string Everyday = "--key sites.key --key gatekeys.key " + Machines;
    private readonly OfficeRun run = new();
    private int changed;

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task The_ceremonies_of_the_document_are_followed_word_by_word()
    {
        foreach (var (title, commands) in Ceremonies())
        {
            if (title == "Weekly base") run.Time += TimeSpan.FromDays(7);
            else if (title != "First root") run.Time += TimeSpan.FromMinutes(1);
            await WriteChangesAsync(title);
            foreach (var line in OfficeRun.Joined(commands))
            {
                // A line that ends in a mark says which exit code it has.
                var expected = line.EndsWith("# 1", StringComparison.Ordinal) ? 1 : 0;
                Assert.True(run.Run(line.Split(" # ")[0]) == expected, $"{title}: {line}\n{run.Error}");
            }

            if (title is "First root" || commands.Length == 0) continue;
            var board = title is "Replacing a board" or "A new epoch" ? "board-2" : "board-1";
            var opened = await run.OpenAsync(board);
            Assert.True(opened.Fault is null, $"{title}: {opened.Fault}");
            if (title == "A new epoch") changed = 0;
            Assert.Equal((changed > 0 ? Colour.Red : Colour.Green, changed > 1 ? ListAnswerKind.Listed : ListAnswerKind.NotListed), Find(opened.Snapshot!));
            opened.Snapshot!.Pages?.Dispose();
        }
    }

    // Before the first ceremony the whole province; then somebody turns red, and somebody comes.
    private async Task WriteChangesAsync(string title)
    {
        var lines = title switch
        {
            "First root" => ("people.csv", "person,01010101010101010101010101010101,green\nperson,03030303030303030303030303030303,green\n"),
            "Every hour" => ("changes.csv", "person,01010101010101010101010101010101,red\n"),
            "Weekly base" => ("changes.csv", "person,02020202020202020202020202020202,green\n"),
            _ => default,
        };
        if (lines == default) return;
        await File.WriteAllTextAsync(run.At(lines.Item1), lines.Item2);
        if (lines.Item1 == "changes.csv") changed++;
    }

    private static (Colour First, ListAnswerKind Second) Find(TrustedSnapshot gate)
    {
        return (Of(1).Value.Colour, Of(2).Kind);

        ListAnswer Of(byte person) => gate.List.Find(
            SubjectKind.Person, SubjectKey.Compute(gate.ListKey.Span, SubjectKind.Person, Enumerable.Repeat(person, 16).ToArray()));
    }

    [Fact]
    public async Task Nothing_is_published_before_enough_have_signed()
    {
        Prepare();

        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        Assert.Contains("1.root.json: 0 of 2 signatures; can be signed by li-root", run.Error, StringComparison.Ordinal);
        run.RunAll("province sign office/drafts/1.root.json --key li-root.key --passphrase-file pass");
        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        Assert.Contains("1.root.json: 1 of 2 signatures; signed by li-root", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run.Repository, "metadata")));

        // One holder twice is still one.
        run.RunAll("province sign office/drafts/1.root.json --key li-root.key --passphrase-file pass");
        Assert.Equal(1, run.Run($"province publish office {Everyday}"));

        SignAndPublish();
        Assert.Null((await run.OpenAsync("board-1")).Fault);
    }

    [Fact]
    public void A_key_of_another_role_a_stranger_s_key_and_a_wrong_passphrase_sign_nothing()
    {
        Prepare();
        run.Run($"province publish office {Everyday}");
        File.WriteAllText(run.At("stick/pass"), "another passphrase\n");
        run.RunAll("province key make stranger.key --passphrase-file pass");
        var before = File.ReadAllBytes(run.At("office/drafts/1.root.json"));

        Assert.Equal(1, run.Run("province sign office/drafts/1.root.json --key li-targets.key --passphrase-file pass"));
        Assert.Contains("does not sign for root. Nothing was signed. These do: li-root", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Run("province sign office/drafts/1.root.json --key stranger.key --passphrase-file pass"));
        Assert.Equal(1, run.Run("province sign office/drafts/1.root.json --key li-root.key --passphrase-file stick/pass"));
        Assert.Contains("passphrase does not open", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Run("province sign office/drafts/1.root.json --key list-1.secret --passphrase-file pass"));
        Assert.Contains("signs nothing", run.Error, StringComparison.Ordinal);

        Assert.Equal(before, File.ReadAllBytes(run.At("office/drafts/1.root.json")));
    }

    [Fact]
    public void A_signature_that_was_made_up_or_is_of_another_document_is_not_counted()
    {
        Prepare();
        run.Run($"province publish office {Everyday}");
        var draft = run.At("office/drafts/1.root.json");
        File.Copy(draft, run.At("stick/1.root.json"));
        var forged = JsonNode.Parse(File.ReadAllBytes(draft))!;
        foreach (var id in forged["wanted"]![0]!["keyids"]!.AsArray())
            forged["signatures"]!.AsArray().Add((JsonNode)new JsonObject { ["keyid"] = id!.GetValue<string>(), ["sig"] = "3006020101020101" });
        File.WriteAllText(draft, forged.ToJsonString());

        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        Assert.Contains("1.root.json: 0 of 2", run.Error, StringComparison.Ordinal);
        forged["signed"]!["expires"] = "2036-03-01T08:00:00Z";
        File.WriteAllText(draft, forged.ToJsonString());
        Assert.Equal(1, run.Run("province join stick/1.root.json office/drafts/1.root.json"));
        Assert.Contains("says something else", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_signs_nothing_more_and_a_gate_follows_to_the_new_ones()
    {
        Prepare();
        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        SignAndPublish();
        Assert.Null((await run.OpenAsync("board-1")).Fault);

        run.RunAll("""
            province key make new-timestamp.key --kind ed25519 --passphrase-file pass
            province roles office --withdraw timestamp --give timestamp=new-timestamp.key.pub
            """);
        var machines = Everyday.Replace("timestamp.key", "new-timestamp.key", StringComparison.Ordinal);
        Assert.Equal(1, run.Run($"province publish office {machines}"));
        run.RunAll($"""
            province sign office/drafts/2.root.json --key wang-root.key --key chen-root.key --passphrase-file pass
            province publish office {machines}
            """);

        Assert.Null((await run.OpenAsync("board-1")).Fault);
        Assert.Equal(1, run.Run("province publish timestamp office --key timestamp.key --passphrase-file pass"));
        Assert.Contains("can be signed by new-timestamp", run.Error, StringComparison.Ordinal);
        run.Time += TimeSpan.FromHours(1);
        run.RunAll("province publish timestamp office --key new-timestamp.key --passphrase-file pass");
        Assert.Null((await run.OpenAsync("board-1")).Fault);
    }

    [Fact]
    public void Withdrawing_a_root_key_needs_the_old_threshold_as_well_as_the_new_one()
    {
        Prepare();
        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        SignAndPublish();
        run.RunAll("""
            province key make zhao-root.key --passphrase-file pass
            province key make sun-root.key --passphrase-file pass
            province roles office --withdraw wang-root --withdraw chen-root --give root=zhao-root.key.pub --give root=sun-root.key.pub
            """);

        Assert.Equal(1, run.Run($"province publish office {Everyday} --key zhao-root.key --key sun-root.key"));

        // The two new ones meet the new threshold, and nobody of the old ones has agreed.
        Assert.Contains("2.root.json: 0 of 2", run.Error, StringComparison.Ordinal);
        Assert.Contains("2.root.json: 2 of 2", run.Error, StringComparison.Ordinal);
        run.RunAll("province sign office/drafts/2.root.json --key li-root.key --key chen-root.key --passphrase-file pass");
        run.RunAll($"province publish office {Everyday}");
        Assert.True(File.Exists(Path.Combine(run.Repository, "metadata/2.root.json")));
    }

    [Fact]
    public void A_draft_that_waits_is_not_replaced_by_other_documents()
    {
        Prepare();
        run.Run($"province publish office {Everyday}");
        File.WriteAllBytes(run.At("office/targets/policy.json"), Documents.SignedDocuments.ToBytes(Documents.PolicyTable.Make("33", 2)));

        Assert.Equal(1, run.Run($"province publish office {Everyday}"));
        Assert.Contains("says something else than what is wanted now. Delete it", run.Error, StringComparison.Ordinal);

        run.RunAll("rm office/drafts/1.targets.json");
        SignAndPublish();
    }

    [Theory]
    [InlineData("venue", "\"metro\"", "\"park\"", "replaces the board and changes lanes as well")]
    [InlineData("controller", "station operator", "somebody", "replaces the board and changes controller as well")]
    public void A_new_board_changes_nothing_else(string member, string from, string to, string complaint)
    {
        Prepare();
        run.Run($"province publish office {Everyday}");
        SignAndPublish();
        run.RunAll("province gate replace office metro-7 --device-key board-2/device.pub --list-key list-1.secret --passphrase-file pass");
        var site = run.At("office/targets/sites/metro-7.json");
        Assert.Contains($"\"{member}\"", File.ReadAllText(site), StringComparison.Ordinal);
        File.WriteAllText(site, File.ReadAllText(site).Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(1, run.Run("province publish gates office --key sites.key --key gatekeys.key --key snapshot.key --key timestamp.key --passphrase-file pass"));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("province publish office", "Nobody can sign yet")]
    [InlineData("province roles office --give roof=li-root.key.pub", "begins with no role")]
    [InlineData("province roles office --give root=nothing.key.pub", "no public key at")]
    [InlineData("province roles office --withdraw nobody", "0 keys are called 'nobody'")]
    [InlineData("province sign office/drafts/1.root.json --key x.key --passphrase-file pass", "There is no draft")]
    [InlineData("province gate replace office metro-9 --device-key board-1/device.pub --list-key list-1.secret --passphrase-file pass", "no key file")]
    [InlineData("province key make pass/x.key", "--passphrase-file")]
    public void What_is_done_in_the_wrong_order_says_so(string line, string complaint)
    {
        Assert.Equal(1, run.Run(line));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_never_written_over_and_needs_a_passphrase_of_some_length()
    {
        run.RunAll("province key make a.key --passphrase-file pass");
        File.WriteAllText(run.At("stick/pass"), "short\n");

        Assert.Equal(1, run.Run("province key make a.key --passphrase-file pass"));
        Assert.Equal(1, run.Run("province key make b.key --passphrase-file stick/pass"));

        Assert.Contains("at least 12 characters", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(run.At("b.key")));
    }

    // Each section of the document with the commands of its blocks.
    private static IEnumerable<(string Title, string Commands)> Ceremonies()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Vectors, "..", "..", "docs", "ceremonies.md"));
        foreach (var section in document.Split("\n## ")[1..])
        {
            var commands = section.Split('\n').Where(static line => line.StartsWith("    ", StringComparison.Ordinal));
            yield return (section.Split('\n')[0], string.Join('\n', commands));
        }
    }

    private void Prepare()
    {
        run.RunAll(Ceremonies().First().Commands.Split("province publish")[0]);
        run.RunAll("""
            province key make list-1.secret --kind list --passphrase-file pass
            province gate enrol office metro-7 --device-key board-1/device.pub --lane metro-1:turnstile:metro --list-key list-1.secret --passphrase-file pass
            """);
        run.BuildList();
    }

    private void SignAndPublish() => run.RunAll(
        $"province publish office {Everyday} --key li-root.key --key wang-root.key --key li-targets.key --key wang-targets.key");
}
