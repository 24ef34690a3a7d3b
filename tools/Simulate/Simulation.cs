using System.Globalization;
using GateAgent.Lanes;
using Verifier.Trust;

namespace Simulate;

/// <summary>What is simulated.</summary>
/// <param name="Lanes">Lanes of the gate.</param>
/// <param name="People">People who come.</param>
/// <param name="Days">Days.</param>
/// <param name="Seed">Everything follows from it.</param>
/// <param name="Faults">What breaks.</param>
/// <param name="HasBadWire">A wire opens a lane now and then behind the agent's back: the checker must see it.</param>
internal sealed record Scenario(int Lanes, long People, int Days, ulong Seed, IReadOnlySet<string> Faults, bool HasBadWire = false);

/// <summary>Someone who showed something, alone or for their family, as only the script knows them.</summary>
internal readonly record struct Showing(long Nanoseconds, int Lane, Truth Truth, int People);

/// <summary>What an input was, or when power went (no lane).</summary>
internal readonly record struct Outside(long Nanoseconds, int Lane, LaneInputs Input, bool IsActive);

/// <summary>
/// Plays people and faults against a gate: who comes, what they show, whether they pass, what breaks. It reacts to relay
/// levels alone, as people do, and writes a script for the checker.
/// </summary>
internal sealed class Simulation : IAsyncDisposable
{
    /// <summary>When it begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The faults there are.</summary>
    public static readonly string[] AllFaults = ["reader", "relay", "storage", "power", "clock", "expiry", "fire"];

    private const int CodesOfADay = 50;
    private const int FamiliesOfADay = 50;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Reaction = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Group = TimeSpan.FromMilliseconds(50);
    private readonly Scenario scenario;
    private readonly Site site;
    private readonly string folder;
    private readonly Dice dice;
    private readonly SimulatedTime time = new(Start);
    private readonly bool[] isStuck;
    private readonly bool[] isReaderGone;
    private Gate gate;
    private TrustedSnapshot documents;
    private string[] codes = [];
    private Shown[] families = [];
    private bool isStalled;
    private bool isExpiring;
    private bool isCutting;
    private long come;

    /// <summary>A gate with power, and nobody there.</summary>
    public Simulation(Scenario scenario, Site site, string folder)
    {
        this.scenario = scenario;
        this.site = site;
        this.folder = folder;
        dice = new Dice(scenario.Seed);
        isStuck = new bool[scenario.Lanes];
        isReaderGone = new bool[scenario.Lanes];
        documents = site.DocumentsOf(Start);
        gate = new Gate(folder, site, () => documents, time);
    }

    /// <summary>Who showed what.</summary>
    public List<Showing> Showings { get; } = [];

    /// <summary>What inputs were, and when power went.</summary>
    public List<Outside> World { get; } = [];

    /// <summary>Plays it to its end.</summary>
    public async Task RunAsync(Action<string> tell)
    {
        NextDay();
        for (var lane = 0; lane < scenario.Lanes; lane++) NextPerson(lane);
        Plan("fire", TimeSpan.FromHours(18), Fire);
        Plan("relay", TimeSpan.FromDays(2), Stick);
        Plan("storage", TimeSpan.FromHours(9), Stall);
        Plan("power", TimeSpan.FromDays(2), () => isCutting = true);
        Plan("clock", TimeSpan.FromDays(3), Jump);
        Plan("expiry", TimeSpan.FromDays(11), Expire);
        Plan("reader", TimeSpan.FromHours(12), LoseReader);
        var told = 0L;
        while (time.Elapsed < Day * scenario.Days && time.Step())
        {
            Settle();
            if (isCutting) await CutAsync();
            if (come - told < 100_000) continue;
            told = come;
            tell(string.Create(CultureInfo.InvariantCulture, $"{come:N0} people by day {time.Elapsed.TotalDays:0.0}"));
        }
    }

    /// <summary>The agent is stopped.</summary>
    public ValueTask DisposeAsync() => gate.DisposeAsync();

    private void Settle()
    {
        gate.Run(isStalled);
        for (var lane = 0; lane < scenario.Lanes; lane++)
        {
            // The relay's second contact follows, unless it is stuck.
            if (HasBarrier(lane) && !isStuck[lane] && gate.IsDriven(lane) != IsActive(lane, LaneInputs.RelayFeedback)) Feed(lane, LaneInputs.RelayFeedback, gate.IsDriven(lane));
        }
    }

    private readonly HashSet<(int, LaneInputs)> active = [];

    private bool IsActive(int lane, LaneInputs input) => active.Contains((lane, input));

    private bool HasBarrier(int lane) => site.Lanes[lane].Kind != LaneKind.Attended;

    private void Feed(int lane, LaneInputs input, bool isActive)
    {
        if (!HasBarrier(lane)) return;
        if (isActive) active.Add((lane, input));
        else active.Remove((lane, input));
        World.Add(new Outside(time.GetTimestamp(), lane, input, isActive));
        gate.Feed(lane, input, isActive);
        for (var look = 0; look <= 4; look++) time.After(TimeSpan.FromMilliseconds(2 * look), () => gate.Look(lane));
    }

    private void NextDay()
    {
        if (!isExpiring) documents = site.DocumentsOf(Start + time.Elapsed);
        codes = site.CodesOf(Start + time.Elapsed, CodesOfADay);
        families = site.FamiliesOf(Start + time.Elapsed, FamiliesOfADay);
        time.After(Day, NextDay);
    }

    private void NextPerson(int lane)
    {
        var every = Day * scenario.Days * scenario.Lanes / scenario.People;
        time.After(dice.Between(TimeSpan.Zero, every * 2), () =>
        {
            Come(lane);
            NextPerson(lane);
        });
    }

    private void Come(int lane)
    {
        come++;
        if (scenario.HasBadWire && come % 50 == 0) gate.Touch(lane);
        if (dice.Falls(20)) Press(lane);
        if (dice.Falls(5)) time.After(dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), () => PassBy(lane));
        var shown = site.Draw(dice, codes, families);
        if (isReaderGone[lane]) return;
        Showings.Add(new Showing(time.GetTimestamp(), lane, shown.Truth, shown.People));
        gate.Show(lane, shown.Carrier, shown.Payload);
        Walk(lane, shown.People, shown.People > 1);
    }

    // One after another, each when the way is open; now and then one stays behind and with them the rest of a family, and now and
    // then somebody who belongs to no family slips in behind it.
    private void Walk(int lane, int left, bool isFamily)
    {
        var walks = !dice.Falls(40);
        var after = dice.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3));
        var slips = isFamily && dice.Falls(30);
        time.After(Reaction, () =>
        {
            var isOpen = gate.IsDriven(lane) != (site.Lanes[lane].Kind == LaneKind.FreeFlow);
            if (!walks || !isOpen) return;
            time.After(after, () =>
            {
                PassBy(lane);
                if (left > 1) Walk(lane, left - 1, isFamily);
                else if (slips) time.After(Reaction, () => PassBy(lane));
            });
        });
    }

    private void PassBy(int lane)
    {
        Feed(lane, LaneInputs.Passage, isActive: true);
        time.After(Pulse, () => Feed(lane, LaneInputs.Passage, isActive: false));
    }

    private void Press(int lane)
    {
        Feed(lane, LaneInputs.ExitRequest, isActive: true);
        time.After(Pulse * 3, () => Feed(lane, LaneInputs.ExitRequest, isActive: false));
    }

    private void Plan(string name, TimeSpan every, Action begin)
    {
        if (!scenario.Faults.Contains(name)) return;
        time.After(dice.Between(TimeSpan.Zero, every * 2), () =>
        {
            begin();
            Plan(name, every, begin);
        });
    }

    private void Fire()
    {
        for (var lane = 0; lane < scenario.Lanes; lane++) Feed(lane, LaneInputs.Fire, isActive: true);
        time.After(dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), () =>
        {
            for (var lane = 0; lane < scenario.Lanes; lane++) Feed(lane, LaneInputs.Fire, isActive: false);
        });
    }

    // A technician comes, mends it, and sets the lane to maintenance for a minute.
    private void Stick()
    {
        var lane = (int)dice.Below(scenario.Lanes);
        isStuck[lane] = true;
        time.After(dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20)), () =>
        {
            isStuck[lane] = false;
            gate.Set(lane, LaneMode.Maintenance, TimeSpan.FromMinutes(1));
        });
    }

    private void Stall()
    {
        isStalled = true;
        time.After(TimeSpan.FromSeconds(10), () => isStalled = false);
    }

    private void Jump()
    {
        time.WallError = dice.Falls(500) ? TimeSpan.FromDays(-3_650) : TimeSpan.FromDays(3_650);
        time.After(dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(2)), () => time.WallError = TimeSpan.Zero);
    }

    private void Expire()
    {
        isExpiring = true;
        time.After(TimeSpan.FromDays(3), () => isExpiring = false);
    }

    private void LoseReader()
    {
        var lane = (int)dice.Below(scenario.Lanes);
        isReaderGone[lane] = true;
        time.After(dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10)), () => isReaderGone[lane] = false);
    }

    // What happens in the group before the cut is lost; then power is away for a while.
    private async Task CutAsync()
    {
        isCutting = false;
        await gate.HoldJournalAsync();
        var until = time.Elapsed + Group;
        time.After(Group, static () => { });
        while (time.Elapsed < until && time.Step()) Settle();
        isCutting = false;
        await gate.CutAsync();
        World.Add(new Outside(time.GetTimestamp(), -1, LaneInputs.None, IsActive: false));
        gate = new Gate(folder, site, () => documents, time);
        active.RemoveWhere(static one => one.Item2 is LaneInputs.RelayFeedback);
        foreach (var (lane, input) in active.ToList()) Feed(lane, input, isActive: true);
    }
}
