using System.Device.Gpio;
using System.Text;
using CardReader;
using CardReader.Capture;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Journal;
using GateAgent.Lanes;
using LocalApi;
using Microsoft.Extensions.Logging.Abstractions;
using Province.Documents;

namespace GateAgent.Tests.Lanes;

/// <summary>A whole agent of two or three lanes on simulated chips, of which one lane cannot have its lines.</summary>
public sealed class LaneLinesTests : IAsyncLifetime
{
    private const string Board = "board";
    private const string Expander = "expander";
    private const int Relay = 17;
    private const int Amber = 23;
    private const int Fire = 5;

    // How far the next lane's pins are from a lane's.
    private const int Next = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();
    private readonly string memory = $"/dev/shm/gate-{Guid.NewGuid():N}";
    private readonly SimulatedGpioDriver board = new(null);
    private readonly SimulatedGpioDriver expander = new(null);
    private readonly GpioChips chips = new(null);
    private readonly CancellationTokenSource stopping = new();
    private AgentHost? host;
    private Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(memory);
        chips.Plug(Board, board);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await EnrolledGate.MakeAsync(
            folder, "lane-lines", 20, now, [.. Enumerable.Range(1, 3).Select(static lane => new LaneEntry($"metro-{lane}", "turnstile", "metro"))]);
    }

    [Fact]
    public async Task A_lane_that_uses_one_pin_twice_is_out_of_order_alone_and_never_touches_that_pin()
    {
        var twice = Lane(0) with { Permit = new LineConfig { Pin = Relay } };

        await RunAsync([twice, Lane(1)], "metro-1", "metro-2");
        var passage = await PassageAsync();

        Assert.Equal(("metro-2", "pass"), (passage.Lane, passage.Signal));
        Assert.Null(board.LevelOf(Relay));
        Assert.True(board.LevelOf(Amber), "The person at the lane is told nothing.");
        Assert.Contains("pin 17 is lanes[0].permit already", await FaultAsync("metro-1"), StringComparison.Ordinal);
        await OpensInAFireAsync(1);
        Assert.Equal(["metro-1 linesMissing", "metro-2 fireBegan"], await IncidentsAsync());
        Assert.Null(board.LevelOf(Relay));
    }

    [Fact]
    public async Task A_pin_that_two_lanes_name_is_neithers_and_a_third_lane_serves()
    {
        var second = Lane(1) with { Inputs = new InputsConfig { FreePassKey = new LineConfig { Pin = Relay } } };

        await RunAsync([Lane(0), second, Lane(2)]);

        Assert.Contains("pin 17 is lanes[1].inputs.freePassKey already", await FaultAsync("metro-1"), StringComparison.Ordinal);
        Assert.Contains("pin 17 is lanes[0].relay already", await FaultAsync("metro-2"), StringComparison.Ordinal);
        board.Feed(Fire, isHigh: true);
        board.Feed(Relay, isHigh: true);
        await OpensInAFireAsync(2);
        Assert.False(board.LevelOf(Relay + Next), "The staff key of who knows whom opens the second lane.");
    }

    [Fact]
    public async Task A_chip_that_comes_later_brings_its_lane_into_service_without_a_restart()
    {
        await RunAsync([Lane(0) with { Chip = Expander }, Lane(1)]);
        Assert.Contains(Expander, await FaultAsync("metro-1"), StringComparison.Ordinal);
        await OpensInAFireAsync(1);

        chips.Plug(Expander, expander);

        await WellAsync("metro-1");
        await SoonAsync(() => expander.LevelOf(Amber) == false, "The lane goes on saying that it is out of order.");
        await OpensInAFireAsync(0, expander);
        Assert.Equal(["metro-1 linesMissing", "metro-2 fireBegan", "metro-1 linesHeld", "metro-1 fireBegan"], await IncidentsAsync());
    }

    [Fact]
    public async Task A_line_that_another_program_holds_is_had_when_it_lets_go_and_the_others_rest_meanwhile()
    {
        using var other = chips.Open(Board);
        other.OpenPin(Fire, PinMode.Input);
        await RunAsync([Lane(0) with { Relay = new LineConfig { Pin = Relay, ActiveLow = true } }, Lane(1)], "metro-1");
        Assert.Contains("inputs.fire: GPIO line 5 cannot be claimed", await FaultAsync("metro-1"), StringComparison.Ordinal);
        Assert.Contains("count on the hardware's own release alone", await FaultAsync("metro-1"), StringComparison.Ordinal);

        board.Feed(Fire, isHigh: true);
        await OpensInAFireAsync(1);
        Assert.True(board.LevelOf(Relay), "The relay does not rest.");

        other.ClosePin(Fire);

        await SoonAsync(() => board.LevelOf(Relay) == false, "The fire that burns is not answered.");
        await WellAsync("metro-1");
    }

    [Fact]
    public async Task A_relay_that_is_had_while_a_fire_burns_is_driven_from_its_claim_on()
    {
        using var other = chips.Open(Board);
        other.OpenPin(Relay, PinMode.Output, PinValue.High);
        await RunAsync([Lane(0)]);
        await FaultAsync("metro-1");
        board.Feed(Fire, isHigh: true);
        await SoonAsync(() => board.LevelOf(Amber) == false, "The fire is not heard.");

        other.ClosePin(Relay);

        await WellAsync("metro-1");
        Assert.True(board.LevelOf(Relay));
    }

    [Fact]
    public async Task A_chip_that_is_unplugged_takes_its_lane_out_of_order_and_the_other_serves_until_it_is_back()
    {
        chips.Plug(Expander, expander);
        await RunAsync([Lane(0) with { Chip = Expander }, Lane(1)]);

        expander.Fail(isFailing: true);
        Assert.Matches("inputs.fire: .*GPIO line 5", await FaultAsync("metro-1"));
        await OpensInAFireAsync(1);
        expander.Fail(isFailing: false);

        await WellAsync("metro-1");
        await OpensInAFireAsync(0, expander);
    }

    [Fact]
    public async Task A_chip_that_hangs_is_its_lanes_health_item_and_lets_the_watchdog_be_fed()
    {
        chips.Plug(Expander, expander);
        await RunAsync([Lane(0) with { Chip = Expander }, Lane(1)]);
        using var hangs = new ManualResetEventSlim();
        try
        {
            expander.Stall(hangs);
            var item = await HealthAsync("chip metro-1", "failed");
            Assert.Contains("inputs are not read for more than a second", item.Text, StringComparison.Ordinal);
            host!.FindLane("metro-1")!.Post(new LaneEvent.InputChanged(LaneInputs.Fire, IsActive: true));
            await OpensInAFireAsync(1);
            for (var beat = 0; beat < 3; beat++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                Assert.True(host.IsAlive(), "One lane's chip ends all lanes.");
            }
        }
        finally
        {
            hangs.Set();
            expander.Stall(until: null);
        }

        await HealthAsync("chip metro-1", "well");
    }

    [Fact]
    public async Task A_chip_that_hangs_from_the_start_keeps_no_other_lane_from_starting_and_has_its_lane_served_later()
    {
        chips.Plug(Expander, expander);
        using var hangs = new ManualResetEventSlim();
        expander.Stall(hangs);
        try
        {
            await RunAsync([Lane(0) with { Chip = Expander }, Lane(1)]).WaitAsync(Patience, TimeProvider.System);
            Assert.Contains("relay: GPIO line 17 is not claimed.", await FaultAsync("metro-1"), StringComparison.Ordinal);
            await OpensInAFireAsync(1);
        }
        finally
        {
            hangs.Set();
            expander.Stall(until: null);
        }

        await WellAsync("metro-1");
        await OpensInAFireAsync(0, expander);
    }

    [Fact]
    public async Task Every_lane_is_put_at_rest_whose_chip_does_not_hang()
    {
        chips.Plug(Expander, expander);
        using var hangs = new ManualResetEventSlim();
        expander.Stall(hangs);
        board.Feed(Relay + Next, isHigh: true);
        try
        {
            var faults = await RestingLines.PutAsync(new AgentConfig { Gpio = new GpioConfig { Chip = Board }, Lanes = [Lane(0) with { Chip = Expander }, Lane(1)] }, chips, TimeProvider.System)
                .WaitAsync(Patience, TimeProvider.System);

            Assert.Equal(["lane metro-1: Its chip hangs: whether its lines rest is not known."], faults);
            Assert.False(board.LevelOf(Relay + Next));
        }
        finally
        {
            hangs.Set();
            expander.Stall(until: null);
        }
    }

    [Fact]
    public async Task A_display_and_a_PWM_channel_of_two_lanes_are_neithers_and_both_lanes_serve()
    {
        var display = new DisplayConfig { Kind = "serial", Path = folder.At("display") };
        var pwm = new PwmConfig { Chip = 0, Channel = 1 };
        File.CreateSymbolicLink(folder.At("also"), folder.At("display"));

        await RunAsync([Lane(0) with { Display = display, BuzzerPwm = pwm }, Lane(1) with { Display = display with { Path = folder.At("also") }, BuzzerPwm = pwm }]);

        Assert.EndsWith("lanes[1].display already. Name each once: none of these lanes has it.", (await HealthAsync("display metro-1", "failed")).Text, StringComparison.Ordinal);
        Assert.Contains("is lanes[0].display already", (await HealthAsync("display metro-2", "failed")).Text, StringComparison.Ordinal);
        Assert.StartsWith("lanes[0].buzzerPwm: channel 1 of chip 0 is lanes[1].buzzerPwm already.", (await HealthAsync("buzzer metro-1", "failed")).Text, StringComparison.Ordinal);
        await OpensInAFireAsync(0);
        await OpensInAFireAsync(1);
        Assert.Contains(await HealthItemsAsync(), static item => item is { Component: "buzzer metro-2", State: "failed" });
    }

    [Fact]
    public async Task A_chip_that_knows_no_pull_ups_is_its_lanes_fault()
    {
        expander.HasPulls = false;
        chips.Plug(Expander, expander);
        await RunAsync([Lane(0) with { Chip = Expander }, Lane(1)]);

        Assert.Contains("does not support mode InputPullDown.", await FaultAsync("metro-1"), StringComparison.Ordinal);
        await OpensInAFireAsync(1);
    }

    [Fact]
    public async Task A_defect_in_keeping_the_lines_ends_the_agent_and_is_not_left_unheard()
    {
        chips.Plug(Expander, expander);
        using var other = chips.Open(Expander);
        other.OpenPin(Relay, PinMode.Output, PinValue.Low);
        await RunAsync([Lane(0) with { Chip = Expander, Inputs = null, Amber = null }, Lane(1)]);

        expander.Break(new FormatException("A defect."));

        await Assert.ThrowsAsync<FormatException>(() => running.WaitAsync(Patience, TimeProvider.System));
        running = Task.CompletedTask;
    }

    [Fact]
    public async Task A_chip_of_the_kernel_that_is_not_there_is_its_lanes_fault()
    {
        await RunAsync([Lane(0) with { Chip = "pinctrl-none" }, Lane(1)]);

        Assert.Contains("pinctrl-none", await FaultAsync("metro-1"), StringComparison.Ordinal);
        await OpensInAFireAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        if (host is not null) await host.DisposeAsync();
        chips.Dispose();
        board.Dispose();
        expander.Dispose();
        stopping.Dispose();
        folder.Dispose();
        Directory.Delete(memory, recursive: true);
    }

    private static LaneConfig Lane(int index) => new()
    {
        Name = $"metro-{index + 1}",
        PulseMs = 50,
        Relay = new LineConfig { Pin = Relay + (index * Next) },
        Amber = index == 0 ? new LineConfig { Pin = Amber } : null,
        Inputs = new InputsConfig { Fire = new LineConfig { Pin = Fire + (index * Next) } },
    };

    private async Task RunAsync(IReadOnlyList<LaneConfig> lanes, params string[] shown)
    {
        var readers = new List<ReaderEntry>();
        foreach (var lane in shown)
        {
            var path = folder.At($"{lane}.capture");
            await File.WriteAllTextAsync(path, CaptureLine.WriteWhole(TimeSpan.FromMilliseconds(300), "replay", Carrier.Qr, Encoding.UTF8.GetBytes(Green())) + "\n");
            readers.Add(new ReaderEntry { Name = lane, Kind = "replay", Lane = lane, Path = path });
        }

        var config = new AgentConfig
        {
            StateFolder = folder.At("state"),
            RepositoryFolder = folder.At("province/repository"),
            ControlSocket = folder.At("control.sock"),
            Floor = new BoardConfig { Kind = "memory", At = $"{memory}/floor" },
            Gpio = new GpioConfig { Chip = Board },
            Readers = readers,
            Lanes = lanes,
        };
        host = await AgentHost.StartAsync(config, TimeProvider.System, NullLogger.Instance, stopping.Token, chips: chips);
        running = host.RunAsync(stopping.Token);
    }

    private async Task OpensInAFireAsync(int lane, SimulatedGpioDriver? chip = null)
    {
        chip ??= board;
        await SoonAsync(() => chip.LevelOf(Relay + (lane * Next)) == false, $"Lane {lane} does not rest.");
        chip.Feed(Fire + (lane * Next), isHigh: true);
        await SoonAsync(() => chip.LevelOf(Relay + (lane * Next)) == true, $"Fire does not open lane {lane}.");
        chip.Feed(Fire + (lane * Next), isHigh: false);
        await SoonAsync(() => chip.LevelOf(Relay + (lane * Next)) == false, $"Lane {lane} does not rest after a fire.");
    }

    private async Task<string> FaultAsync(string lane) => (await LinesAsync(lane, "failed")).Text;

    private Task<HealthItem> WellAsync(string lane) => LinesAsync(lane, "well");

    private async Task<HealthItem> LinesAsync(string lane, string state)
    {
        using var client = new ControlClient(folder.At("control.sock"));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var status = await client.StatusAsync(patience.Token);
            var isOut = status.Lanes.Any(one => one.Name == lane && one.Mode == "outOfOrder");
            if (isOut == (state == "failed") && status.Health.FirstOrDefault(item => item.Component == $"lines {lane}" && item.State == state) is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private async Task<HealthItem> HealthAsync(string component, string state)
    {
        using var client = new ControlClient(folder.At("control.sock"));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var status = await client.StatusAsync(patience.Token);
            if (status.Health.FirstOrDefault(item => item.Component == component && item.State == state) is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private async Task<IReadOnlyList<HealthItem>> HealthItemsAsync()
    {
        using var client = new ControlClient(folder.At("control.sock"));
        return (await client.StatusAsync(CancellationToken.None)).Health;
    }

    private async Task<PassageEvent> PassageAsync()
    {
        using var client = new ControlClient(folder.At("control.sock"));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        IReadOnlyList<PassageEvent> records;
        while ((records = (await client.JournalAsync("limit=10", patience.Token)).Records).Count == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        return Assert.Single(records);
    }

    // In the order in which they happened, without the ends of fires.
    private async Task<IEnumerable<string>> IncidentsAsync()
    {
        await stopping.CancelAsync();
        await running;
        await host!.DisposeAsync();
        host = null;
        return JournalReader.ReadIncidents(folder.At("state/journal.db"), new JournalQuery(null, null, null, 100)).Reverse()
            .Select(static one => $"{one.Lane} {one.IncidentWord}").Where(static one => !one.EndsWith("fireEnded", StringComparison.Ordinal));
    }

    private static async Task SoonAsync(Func<bool> isSo, string otherwise)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private string Green() => File.ReadLines(folder.At("province/cast/cast.tsv"))
        .Select(static line => line.Split('\t')).First(static fields => fields[0] == "green-phone")[2];
}
