using System.Diagnostics;
using System.Runtime.InteropServices;
using GateAgent.Lanes;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>
/// Every reachable state of every kind of lane, not a sample. All inputs at once take minutes (<c>./dev explore</c>); the fast
/// tests wire every pair of inputs that the table looks at together: fire, staff key, exit request and door contact stand in one
/// plan, relay feedback stands beside each of them, and the others count only when they rise, which the explorer tries.
/// </summary>
public sealed class LaneExplorationTests
{
    private const int StatesMax = 20_000_000;

    internal static readonly CrowdRules CallStaff = new(2, CrowdRule.CallStaff, TimeSpan.FromMinutes(1));
    internal static readonly CrowdRules OutOfOrder = new(2, CrowdRule.OutOfOrder, TimeSpan.FromMinutes(1));

    private static readonly LaneInputs Every = Enum.GetValues<LaneInputs>().Aggregate(static (all, one) => all | one);
    private static readonly bool IsWhole = Environment.GetEnvironmentVariable("GATE_EXPLORE") == "all";

    // The rows of a theory run one after another; a whole exploration uses the processors it finds.
    private static readonly Lazy<Dictionary<(string, string, bool), Task<Timed>>> Whole = new(static () =>
        Plans().ToDictionary(static row => row.Data, static row => Task.Run(() => Explore(row.Data.Item1, row.Data.Item2, row.Data.Item3))));

    public static TheoryData<string, string, bool> Plans()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (var kind in Enum.GetValues<LaneKind>())
        {
            if (IsWhole) AddWhole(data, kind);
            else AddSmall(data, kind.ToString());
            data.Add($"Kept {kind}", "Fire, ExitRequest, FreePassKey, Passage", false);
            data.Add($"Kept {kind}", "Fire, ExitRequest, RelayFeedback", true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task In_every_reachable_state_fire_opens_nobody_enters_without_a_verdict_and_every_rule_holds(string kind, string wired, bool holds)
    {
        var (found, took) = IsWhole ? await Whole.Value[(kind, wired, holds)] : Explore(kind, wired, holds);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kind} {(holds ? "held" : "pulsed")}, {wired}: {found.States:N0} states, {found.Steps:N0} steps, {took.TotalSeconds:N0} s");
        Assert.True(found.Broken is null, found.Broken);
        Assert.True(found.States > 20);
    }

    private static void AddSmall(TheoryData<string, string, bool> data, string kind)
    {
        data.Add(kind, "None", false);
        data.Add(kind, "Passage, DoorContact, Fire, RelayFeedback", false);
        data.Add(kind, "Passage, ExitRequest, RelayFeedback", false);
        data.Add(kind, "Passage, ExitPassage, Fire, ExitRequest", true);
        data.Add(kind, "DoorContact, Fire, ExitRequest, FreePassKey", false);
        data.Add(kind, "FreePassKey, RelayFeedback", true);
        data.Add(kind, "DoorContact, Tamper, Help", true);
        data.Add(kind, "Passage, Fire, Longer", false);
    }

    private static void AddWhole(TheoryData<string, string, bool> data, LaneKind kind)
    {
        foreach (var holds in (bool[])[false, true])
        {
            data.Add(kind.ToString(), Every.ToString(), holds);

            // A door without a sensor is passed when its contact says so.
            if (kind == LaneKind.Door) data.Add(kind.ToString(), (Every & ~LaneInputs.Passage).ToString(), holds);
        }
    }

    private static Timed Explore(string kind, string wired, bool holds)
    {
        var isKept = kind.StartsWith("Kept ", StringComparison.Ordinal);
        var known = Enum.Parse<LaneKind>(isKept ? kind["Kept ".Length..] : kind);
        var plan = new LanePlan { Kind = isKept ? LaneKind.None : known, KeptKind = isKept ? known : LaneKind.None, HasRelay = isKept, Wired = Enum.Parse<LaneInputs>(wired), Holds = holds, Crowd = holds ? OutOfOrder : CallStaff };
        var begin = Stopwatch.GetTimestamp();
        var found = LaneExplorer.Explore(plan, LaneStep.Next, StatesMax);
        return new Timed(found, Stopwatch.GetElapsedTime(begin));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Timed(Exploration Found, TimeSpan Took);
}
