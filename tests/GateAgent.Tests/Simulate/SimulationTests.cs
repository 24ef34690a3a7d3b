using System.Globalization;
using Simulate;

namespace GateAgent.Tests.Simulate;

/// <summary>A short simulation with every fault; <c>./dev simulate</c> plays longer ones.</summary>
public sealed class SimulationTests
{
    private static readonly Scenario Short = new(4, 1_500, 2, 7, Simulation.AllFaults.ToHashSet(StringComparer.Ordinal));

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
        {
            using var journal = GateAgent.Journal.JournalDatabase.OpenForDeleting(Path.Combine(folder, "state", "journal.db"));
            GateAgent.Journal.JournalDatabase.Execute(
                journal, "UPDATE passage SET settlement = 0 WHERE sequence = (SELECT max(sequence) FROM passage WHERE opened = 1)");
        });

        Assert.Contains("admitted is not", Assert.Single(broken), StringComparison.Ordinal);
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
