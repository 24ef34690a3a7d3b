using System.Device.Gpio;
using CardReader;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Sensing;
using GateAgent.Timekeeping;
using Microsoft.Data.Sqlite;
using Verifier.Trust;

namespace Simulate;

/// <summary>
/// The agent's own lanes, sensors, actuators and journal between simulated pins, one life from power to power cut. The
/// lanes' threads are the simulation's one thread; everything else is what a gate runs.
/// </summary>
internal sealed class Gate : IAsyncDisposable
{
    /// <summary>The pins of each lane: relay, permit, then inputs.</summary>
    public const int PinsOfALane = 8;

    /// <summary>The relay's place among them.</summary>
    public const int RelayAt = 0;

    /// <summary>The permit contact's place among them.</summary>
    public const int PermitAt = 1;

    private const int FirstInputAt = 2;
    private static readonly TimeSpan JournalPatience = TimeSpan.FromMinutes(1);
    private readonly SimulatedGpioDriver driver;
    private readonly GpioController controller;
    private readonly PassageJournal journal;
    private readonly SimulatedTime time;
    private readonly List<(Lane Lane, LaneActuators Parts, LaneSensors Sensors, Action<Presentation> Show)> lanes = [];
    private readonly HealthBoard health;
    private readonly GateMemory memory;
    private SqliteConnection? held;

    /// <summary>Power comes.</summary>
    public Gate(string folder, Site site, Func<TrustedSnapshot?> documents, SimulatedTime time)
    {
        this.time = time;
        driver = new SimulatedGpioDriver(Path.Combine(folder, "edges"), null, time);
        controller = new GpioController(driver);
        health = new HealthBoard(time);
        memory = new GateMemory(time);
        journal = PassageJournal.Open(Path.Combine(folder, "state"), new PassageFeed(), health, TimeProvider.System);
        var clock = new TrustedClock(time, Simulation.Start);
        for (var index = 0; index < site.Lanes.Count; index++) lanes.Add(Make(site.Lanes[index], index, documents, clock));
    }

    /// <summary>What is wired at each lane, in the order of the pins.</summary>
    public static IReadOnlyList<LaneInputs> Inputs { get; } =
        [LaneInputs.Passage, LaneInputs.ExitRequest, LaneInputs.Fire, LaneInputs.RelayFeedback];

    /// <summary>Shows something at a lane.</summary>
    public void Show(int lane, Carrier carrier, byte[] payload) =>
        lanes[lane].Show(new Presentation("reader", carrier, payload, time.GetTimestamp()));

    /// <summary>Puts a level on a lane's input; the sensors look until it has settled.</summary>
    public void Feed(int lane, LaneInputs input, bool isActive) => driver.Feed(PinOf(lane, input), isActive);

    /// <summary>A bad wire drives a lane's relay for a moment, past the agent.</summary>
    public void Touch(int lane)
    {
        driver.Feed((lane * PinsOfALane) + RelayAt, isHigh: true);
        driver.Feed((lane * PinsOfALane) + RelayAt, isHigh: false);
    }

    /// <summary>Looks at a lane's inputs.</summary>
    public void Look(int lane) => lanes[lane].Sensors.Look(time.Elapsed);

    /// <summary>Whether a lane's relay is driven.</summary>
    public bool IsDriven(int lane) => driver.LevelOf((lane * PinsOfALane) + RelayAt) == true;

    /// <summary>Sets a lane's mode.</summary>
    public void Set(int lane, LaneMode mode, TimeSpan length) => lanes[lane].Lane.Post(new LaneEvent.ModeSet(mode, length));

    /// <summary>Lets every lane do what waits.</summary>
    public void Run(bool isStorageStalled)
    {
        for (var hasRun = true; hasRun;)
        {
            hasRun = false;
            foreach (var (lane, _, _, _) in lanes) hasRun |= lane.TakeWaiting() || (!isStorageStalled && lane.JudgeWaiting());
        }
    }

    /// <summary>From here on nothing more of the journal reaches the disk: another holds the file.</summary>
    public async Task HoldJournalAsync()
    {
        await WrittenAsync();
        held = JournalDatabase.OpenForDeleting(journal.Path);
        JournalDatabase.Execute(held, "BEGIN IMMEDIATE");
    }

    /// <summary>Power goes: what the journal had not written is lost, every relay falls.</summary>
    public async Task CutAsync()
    {
        await journal.DisposeAsync();
        await EndAsync();
    }

    /// <summary>The agent is stopped as an operator would.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (lane, _, _, _) in lanes) lane.Post(new LaneEvent.Stopping());
        Run(isStorageStalled: false);
        await journal.DisposeAsync();
        await EndAsync();
    }

    private static int PinOf(int lane, LaneInputs input) => (lane * PinsOfALane) + PinAt(input);

    /// <summary>An input's place among the pins of its lane.</summary>
    public static int PinAt(LaneInputs input)
    {
        for (var index = 0; index < Inputs.Count; index++)
        {
            if (Inputs[index] == input) return FirstInputAt + index;
        }

        throw new ArgumentOutOfRangeException(nameof(input), input, "It is not wired.");
    }

    private async Task WrittenAsync()
    {
        using var patience = new CancellationTokenSource(JournalPatience, TimeProvider.System);
        while (!journal.IsWritten) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }

    private (Lane Lane, LaneActuators Parts, LaneSensors Sensors, Action<Presentation> Show) Make(
        SiteLane site, int index, Func<TrustedSnapshot?> documents, TrustedClock clock)
    {
        var isAttended = site.Kind == LaneKind.Attended;
        var config = new LaneConfig
        {
            Name = site.Name,
            Relay = isAttended ? null : new LineConfig { Pin = index * PinsOfALane },
            Permit = isAttended ? null : new LineConfig { Pin = (index * PinsOfALane) + PermitAt },
            Inputs = isAttended ? null : new InputsConfig
            {
                Passage = LineOf(index, LaneInputs.Passage),
                ExitRequest = LineOf(index, LaneInputs.ExitRequest),
                Fire = LineOf(index, LaneInputs.Fire),
                RelayFeedback = LineOf(index, LaneInputs.RelayFeedback),
            },
        };
        var lines = new LaneLines(config, () => controller);
        if (!lines.TryClaim()) throw new InvalidOperationException(lines.Fault);
        var parts = new LaneActuators(config, lines, time);
        var plan = new LanePlan { Kind = site.Kind, Wired = isAttended ? LaneInputs.None : Inputs.Aggregate(static (all, one) => all | one) };
        var lane = new Lane(site, plan, parts, journal, health, documents, memory, clock, time);
        return (lane, parts, new LaneSensors(site.Name, lines.Inputs, lane.Post, health, time, static () => { }), lane.Connect());
    }

    private static LineConfig LineOf(int lane, LaneInputs input) => new() { Pin = PinOf(lane, input) };

    private async Task EndAsync()
    {
        foreach (var (lane, parts, sensors, _) in lanes)
        {
            sensors.Dispose();
            parts.Dispose();
            await lane.DisposeAsync();
        }

        memory.Dispose();
        controller.Dispose();
        driver.Dispose();
        if (held is not null) await held.DisposeAsync();
    }
}
