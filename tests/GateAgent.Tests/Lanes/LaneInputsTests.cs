using System.Diagnostics;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Sensing;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Logging.Abstractions;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>A lane from its input pins to its relay pin, on the real clock, with a real journal.</summary>
public sealed class LaneInputsTests : IAsyncDisposable
{
    private const int Relay = 17;
    private const int Fire = 5;
    private const int Exit = 6;
    private const int Feedback = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder folder = new();
    private readonly GateMemory memory = new(TimeProvider.System);
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly CancellationTokenSource stopping = new();
    private readonly ManualResetEventSlim storage = new(initialState: true);
    private readonly ManualResetEventSlim isReading = new();
    private readonly GpioChips chips = new(null);
    private readonly LaneLines lines;
    private readonly LaneActuators parts;
    private readonly HealthBoard health = new(TimeProvider.System);
    private readonly PassageJournal journal;
    private readonly Lane lane;
    private readonly LaneSensors sensors;
    private readonly Task running;
    private readonly Action<CardReader.Presentation> show;

    public LaneInputsTests()
    {
        // The disk stalls from the first read on: that of the warm-up.
        storage.Reset();
        chips.Plug("board", driver);
        var config = new LaneConfig
        {
            Name = "door-1",
            Chip = "board",
            Relay = new LineConfig { Pin = Relay },
            Inputs = new InputsConfig { Fire = new LineConfig { Pin = Fire }, ExitRequest = new LineConfig { Pin = Exit }, RelayFeedback = new LineConfig { Pin = Feedback } },
        };
        lines = LaneLines.Of(config, new AgentConfig { Lanes = [config] }, chips);
        lines.TryClaim();
        parts = new LaneActuators(config, lines, TimeProvider.System);
        journal = PassageJournal.Open(folder.Path, new PassageFeed(), health, TimeProvider.System);
        var clock = new TrustedClock(TimeProvider.System, DateTimeOffset.UnixEpoch);
        var plan = new LanePlan
        {
            Kind = LaneKind.Door,
            Wired = LaneInputs.Fire | LaneInputs.ExitRequest | LaneInputs.RelayFeedback,
            ExitFor = TimeSpan.FromMilliseconds(200),
        };
        lane = new Lane(
            new SiteLane("door-1", LaneKind.Door, VenueKind.Office), plan, parts, journal, health, ReadSnapshot, memory, clock, TimeProvider.System);
        show = lane.Connect();
        sensors = LaneSensors.Start("door-1", lines.Inputs, lane.Post, health, TimeProvider.System);
        var keeper = new LineKeeper("door-1", lines, lane.Post, health, TimeProvider.System, NullLogger.Instance);
        running = Task.WhenAll(lane.RunAsync(stopping.Token), keeper.RunAsync(stopping.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_fire_input_opens_and_its_end_rests_also_while_storage_is_stalled(bool isStalled)
    {
        if (isStalled) Stall();
        else storage.Set();

        driver.Feed(Fire, isHigh: true);
        WaitForRelay(isDriven: true);
        driver.Feed(Fire, isHigh: false);

        WaitForRelay(isDriven: false);
    }

    [Fact]
    public void A_list_that_cannot_be_read_at_the_start_holds_up_neither_fire_nor_leaving()
    {
        Assert.True(isReading.Wait(Patience));

        driver.Feed(Fire, isHigh: true);
        WaitForRelay(isDriven: true);
        driver.Feed(Fire, isHigh: false);
        WaitForRelay(isDriven: false);
        driver.Feed(Exit, isHigh: true);
        WaitForRelay(isDriven: true);

        Assert.False(storage.IsSet);
    }

    [Fact]
    public void Leaving_opens_for_its_time_while_storage_is_stalled()
    {
        Stall();

        driver.Feed(Exit, isHigh: true);

        WaitForRelay(isDriven: true);
        WaitForRelay(isDriven: false);
    }

    [Fact]
    public void A_relay_that_sticks_is_an_alarm_within_two_seconds()
    {
        var begin = Stopwatch.GetTimestamp();

        driver.Feed(Feedback, isHigh: true);

        Assert.True(SpinWait.SpinUntil(() => health.Items.Any(static item => item is { Component: "relay door-1", State: "failed" }), Patience));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Inputs_that_cannot_be_read_put_the_lane_out_of_order_and_it_goes_on_when_they_can()
    {
        driver.Fail(isFailing: true);
        Assert.True(SpinWait.SpinUntil(() => health.Items.Any(static item => item is { Component: "lines door-1", State: "failed" }), Patience));
        Assert.Contains("count on the hardware's own release alone", health.Items[0].Text, StringComparison.Ordinal);

        driver.Fail(isFailing: false);
        driver.Feed(Fire, isHigh: true);

        WaitForRelay(isDriven: true);
        Assert.True(SpinWait.SpinUntil(() => health.Items.Any(static item => item is { Component: "lines door-1", State: "well" }), Patience));
    }

    [Fact]
    public async Task What_fire_did_is_written_down()
    {
        driver.Feed(Fire, isHigh: true);
        WaitForRelay(isDriven: true);

        using var reading = JournalDatabase.OpenForReading(journal.Path);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (JournalDatabase.Scalar(reading, "SELECT incident FROM incident") is not (long)Incident.FireBegan)
        {
            Assert.False(patience.IsCancellationRequested, "The incident is not in the journal.");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        storage.Set();
        await stopping.CancelAsync();
        sensors.Dispose();
#pragma warning disable VSTHRD003 // the constructor of this class started it
        await running;
#pragma warning restore VSTHRD003
        await lane.DisposeAsync();
        await journal.DisposeAsync();
        parts.Dispose();
        lines.Dispose();
        memory.Dispose();
        chips.Dispose();
        driver.Dispose();
        storage.Dispose();
        isReading.Dispose();
        stopping.Dispose();
        folder.Dispose();
    }

    // Someone shows a card and the list does not answer.
    private void Stall()
    {
        storage.Reset();
        show(new CardReader.Presentation("nfc", CardReader.Carrier.TransitCard, new byte[30], Stopwatch.GetTimestamp()));
    }

    private TrustedSnapshot? ReadSnapshot()
    {
        isReading.Set();
        storage.Wait(Patience);
        return null;
    }

    private void WaitForRelay(bool isDriven)
    {
        var begin = Stopwatch.GetTimestamp();
        Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(Relay) == isDriven, Patience), $"The relay is not {(isDriven ? "driven" : "at rest")} after {Stopwatch.GetElapsedTime(begin)}.");
    }
}
