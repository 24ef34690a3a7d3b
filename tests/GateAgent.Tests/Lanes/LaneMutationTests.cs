using System.Globalization;
using CardReader.Tests;
using GateAgent.Lanes;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>The rules are only worth what they catch: tables with one row changed must break one. <c>./dev mutate</c> runs
/// more of them.</summary>
public sealed class LaneMutationTests
{
    private const int StatesMax = 1_000_000;
    private static readonly LanePlan[] Plans =
    [
        new() { Kind = LaneKind.Turnstile, Wired = LaneInputs.Passage | LaneInputs.Fire | LaneInputs.Longer, Crowd = LaneExplorationTests.CallStaff },
        new() { Kind = LaneKind.Door, Wired = LaneInputs.DoorContact | LaneInputs.ExitRequest | LaneInputs.FreePassKey, Crowd = LaneExplorationTests.CallStaff },
        new() { Kind = LaneKind.FreeFlow, Wired = LaneInputs.ExitPassage | LaneInputs.RelayFeedback | LaneInputs.ExitRequest, Crowd = LaneExplorationTests.CallStaff },
        new() { Kind = LaneKind.Turnstile, Wired = LaneInputs.ExitPassage | LaneInputs.Help | LaneInputs.Tamper, Holds = true, Crowd = LaneExplorationTests.OutOfOrder },
    ];

    [Fact]
    public void Of_one_hundred_mutants_at_least_ninety_five_are_caught()
    {
        var count = Setting("GATE_MUTANTS", 100);
        var noise = new Noise((uint)Setting("GATE_SEED", 2020));
        var (caught, drawn) = (0, 0);
        while (drawn < count)
        {
            var plan = Plans[noise.Next() % Plans.Length];
            var mutant = LaneMutant.Draw(noise);
            var found = LaneExplorer.Explore(plan, mutant.Next, StatesMax);
            if (!mutant.MadeADifference) continue;
            drawn++;
            if (found.Broken is not null) caught++;
            else TestContext.Current.TestOutputHelper?.WriteLine($"missed at a {plan.Kind}: {mutant.Name}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{caught} of {count} mutants caught");
        Assert.InRange(caught, (count * 95 / 100) + (count * 95 % 100 == 0 ? 0 : 1), count);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) && value > 0 ? value : otherwise;
}
