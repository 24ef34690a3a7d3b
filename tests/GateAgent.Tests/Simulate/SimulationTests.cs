using System.Globalization;
using Simulate;

namespace GateAgent.Tests.Simulate;

/// <summary>A short simulation with every fault; <c>./dev simulate</c> plays longer ones.</summary>
public sealed class SimulationTests
{
    private static readonly Scenario Short = new(4, 1_500, 2, 7, Simulation.AllFaults.ToHashSet(StringComparer.Ordinal));

    private static readonly Scenario Families = Short with { Faults = new HashSet<string>(), Lanes = 1, Days = 1, People = 600 };

    [Fact]
    public async Task No_rule_is_broken_and_the_same_seed_gives_the_same_edges_and_the_same_journal()
    {
        var first = await RunAsync(Short);
        var second = await RunAsync(Short);

        Assert.Empty(first.Broken);
        Assert.Equal(first.Text, second.Text);
        Assert.Contains("digest", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_opening_that_nobody_caused_is_found()
    {
        var (broken, _) = await RunAsync(Short with { Faults = new HashSet<string>(), Days = 1, People = 200 }, folder =>
            File.AppendAllText(Path.Combine(folder, "edges"), "86399000000000 0 1\n86399500000000 0 0\n"));

        Assert.Contains("without a verified reason", Assert.Single(broken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passage_without_an_end_is_found()
    {
        var (broken, _) = await RunAsync(Short with { Faults = new HashSet<string>(), Days = 1, People = 200 }, folder =>
            Spoil(folder, "UPDATE passage SET settlement = 0 WHERE sequence = (SELECT max(sequence) FROM passage WHERE opened = 1)"));

        Assert.Contains(broken, static rule => rule.Contains("admitted is not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_more_who_slips_in_with_an_admitted_family_is_found()
    {
        var (broken, _) = await RunAsync(Families, static folder => InsertPulse(Path.Combine(folder, "edges")));

        Assert.Contains(broken, static rule => rule.Contains("where the sensor saw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_family_of_whom_more_passed_than_were_admitted_is_found()
    {
        var (broken, _) = await RunAsync(Families, static folder => Spoil(
            folder, "UPDATE passage SET people = people - 1 WHERE sequence = (SELECT max(sequence) FROM passage WHERE people > 2 AND passed = people)"));

        Assert.Contains(broken, static rule => rule.Contains("passed where", StringComparison.Ordinal));
        Assert.Contains(broken, static rule => rule.Contains("whom nobody showed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_who_slips_in_behind_a_family_and_is_not_noted_is_found()
    {
        var (broken, text) = await RunAsync(Families, static folder => Spoil(folder, "DELETE FROM incident WHERE incident = 5"));

        Assert.Contains(broken, static rule => rule.Contains("0 are noted as tailgating", StringComparison.Ordinal));
        Assert.Contains("annulled in part", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_wire_is_found_and_its_run_shrinks_to_the_smallest()
    {
        var broken = Short with { HasBadWire = true };
        Assert.Contains(await Run.PlayAsync(broken, TextWriter.Null, static _ => { }), static rule => rule.Contains("without a verified reason", StringComparison.Ordinal));

        var smallest = await Shrinker.ShrinkAsync(broken, static async one => (await Run.PlayAsync(one, TextWriter.Null, static _ => { })).Count > 0);

        Assert.Equal((1, 1, 0), (smallest.Lanes, smallest.Days, smallest.Faults.Count));
        Assert.InRange(smallest.People, 100, 200);
        Assert.Contains("--bad-wire", Run.Command(smallest), StringComparison.Ordinal);
    }

    private static void Spoil(string folder, string statement)
    {
        using var journal = GateAgent.Journal.JournalDatabase.OpenForDeleting(Path.Combine(folder, "state", "journal.db"));
        GateAgent.Journal.JournalDatabase.Execute(journal, statement);
    }

    // While the last permit of the turnstile is closed, the sensor sees somebody whom the journal does not know.
    private static void InsertPulse(string path)
    {
        var lines = File.ReadAllLines(path).ToList();
        var index = lines.FindLastIndex(static line => line.EndsWith($" {Gate.PermitAt} 1", StringComparison.Ordinal));
        var at = long.Parse(lines[index].Split(' ')[0], CultureInfo.InvariantCulture);
        var pin = Gate.PinAt(GateAgent.Lanes.LaneInputs.Passage);
        var after = lines.FindIndex(index, line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) > at + 60_000_000);
        lines.InsertRange(after, [$"{at + 20_000_000} {pin} 1", $"{at + 60_000_000} {pin} 0"]);
        File.WriteAllLines(path, lines);
    }

    private static async Task<(IReadOnlyList<string> Broken, string Text)> RunAsync(Scenario scenario, Action<string>? spoil = null)
    {
        using var folder = new TemporaryFolder();
        var site = await Site.MakeAsync(folder.Path, scenario.Lanes, Simulation.Start);
        var simulation = new Simulation(scenario, site, folder.Path);
        await using (simulation) await simulation.RunAsync(static _ => { });
        spoil?.Invoke(folder.Path);
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        return (new Checker(site, simulation, folder.Path).Check(text), text.ToString());
    }
}
