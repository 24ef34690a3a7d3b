using GateAgent.Lanes;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>Every reachable state of every kind of lane, not a sample.</summary>
public sealed class LaneExplorationTests
{
    private const int StatesMax = 4_000_000;

    internal static readonly CrowdRules CallStaff = new(2, CrowdRule.CallStaff, TimeSpan.FromMinutes(1));
    internal static readonly CrowdRules OutOfOrder = new(2, CrowdRule.OutOfOrder, TimeSpan.FromMinutes(1));

    // All inputs at once take minutes: ./dev explore.
    private static readonly string Every = string.Join(", ", Enum.GetNames<LaneInputs>().Skip(1));

    private static bool IsWhole => Environment.GetEnvironmentVariable("GATE_EXPLORE") == "all";

    public static TheoryData<string, string, bool> Plans()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (var kind in Enum.GetNames<LaneKind>())
        {
            data.Add(kind, "None", false);
            data.Add(kind, IsWhole ? Every : "Passage, DoorContact, Fire, RelayFeedback", false);
            data.Add(kind, "Passage, ExitRequest, RelayFeedback", false);
            data.Add(kind, "Passage, ExitPassage, Fire, ExitRequest", true);
            data.Add(kind, "DoorContact, Fire, ExitRequest, FreePassKey", false);
            data.Add(kind, "DoorContact, Tamper, Help", true);
            data.Add(kind, "Passage, Fire, Longer", false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void In_every_reachable_state_fire_opens_nobody_enters_without_a_verdict_and_every_rule_holds(string kind, string wired, bool holds)
    {
        var plan = new LanePlan { Kind = Enum.Parse<LaneKind>(kind), Wired = Enum.Parse<LaneInputs>(wired), Holds = holds, Crowd = holds ? OutOfOrder : CallStaff };

        var found = LaneExplorer.Explore(plan, LaneStep.Next, StatesMax);

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind} {wired}: {found.States:N0} states, {found.Steps:N0} steps");
        Assert.True(found.Broken is null, found.Broken);
        Assert.True(found.States > 20);
    }
}
