using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Lanes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Lanes;

/// <summary>How often a lane tries for its lines; time is told.</summary>
public sealed class LineKeeperTests : IDisposable
{
    private static readonly LaneConfig Config = new() { Name = "metro-1", Relay = new LineConfig { Pin = 17 }, Green = new LineConfig { Pin = 18 } };
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly List<LaneEvent> posted = [];
    private int opened;

    [Fact]
    public async Task A_chip_that_is_not_there_is_looked_for_at_first_soon_and_then_every_eight_seconds_and_told_of_once()
    {
        await KeepAsync(new LaneLines(Config, Missing), TimeSpan.FromMinutes(2));

        Assert.InRange(opened, 2 + (120 / 8), 6 + (120 / 8));
        Assert.Equal([new LaneEvent.LinesChanged(AreHeld: false)], posted);
    }

    [Fact]
    public async Task What_the_configuration_denies_is_never_tried_and_the_rest_is_claimed_once()
    {
        using var lines = new LaneLines(Config, Simulated, static () => new Dictionary<string, string> { ["relay"] = "lanes[0].relay.pin: it is another's." });
        await KeepAsync(lines, TimeSpan.FromMinutes(2));

        Assert.Equal(1, opened);
        Assert.Null(driver.LevelOf(17));
        Assert.False(driver.LevelOf(18));
        Assert.Equal("lanes[0].relay.pin: it is another's.", lines.Fault);
    }

    [Fact]
    public async Task A_lane_of_which_every_pin_is_denied_does_not_open_its_chip_again_and_again()
    {
        using var lines = new LaneLines(Config, Simulated, static () => new Dictionary<string, string> { ["relay"] = "no", ["green"] = "no" });
        await KeepAsync(lines, TimeSpan.FromMinutes(2));

        Assert.Equal((1, "no no"), (opened, lines.Fault));
    }

    [Fact]
    public async Task Lines_that_are_held_are_not_touched()
    {
        using var lines = new LaneLines(Config, Simulated);
        await KeepAsync(lines, TimeSpan.FromMinutes(2));

        Assert.Equal(1, opened);
        Assert.Empty(posted);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void The_last_line_of_a_chip_is_claimed_and_one_more_is_a_fault(int pin, bool isClaimed)
    {
        using var lines = new LaneLines(new LaneConfig { Relay = new LineConfig { Pin = pin } }, Simulated);

        Assert.Equal(isClaimed, lines.TryClaim());
        Assert.Equal(isClaimed ? null : "relay: GPIO line 64 is not there: the chip has 64 lines, from 0.", lines.Fault);
    }

    [Fact]
    public void A_line_that_fails_alone_is_claimed_anew_and_a_relay_that_is_driven_does_not_move()
    {
        using var lines = new LaneLines(Config, Simulated);
        lines.TryClaim();
        lines.Relay!.Set(isDriven: true);
        driver.FailAt(18);
        lines.Green!.Set(isDriven: true);
        Assert.StartsWith("green: the chip of GPIO line 18 failed", lines.Fault, StringComparison.Ordinal);

        Assert.False(lines.TryClaim());
        Assert.True(driver.LevelOf(17));
        driver.FailAt(null);
        Assert.True(lines.TryClaim());

        Assert.Equal((1, true, true), (opened, driver.LevelOf(17), driver.LevelOf(18)));
    }

    [Fact]
    public void A_line_that_is_refused_says_what_the_kernel_said()
    {
        using var lines = new LaneLines(Config, Simulated);
        using var other = new GpioController(driver);
        other.OpenPin(17, PinMode.Input);

        Assert.False(lines.TryClaim());
        Assert.Equal("relay: GPIO line 17 cannot be claimed: Device or resource busy. Another program holds it: gpioinfo tells which.", lines.Fault);
        other.ClosePin(17);
        driver.FailAt(17);
        Assert.False(lines.TryClaim());
        Assert.Equal("relay: GPIO line 17 cannot be claimed: The chip does not answer.", lines.Fault);
    }

    [Fact]
    public void A_pin_that_is_anothers_only_once_the_chip_is_there_is_not_claimed()
    {
        using var lines = new LaneLines(Config, Simulated, () => new Dictionary<string, string>(opened > 0 ? [new("relay", "no")] : []));

        Assert.False(lines.TryClaim());

        Assert.Equal(("no", null, false), (lines.Fault, driver.LevelOf(17), driver.LevelOf(18)));
    }

    [Fact]
    public async Task A_pin_that_was_denied_in_passing_is_claimed_without_a_restart()
    {
        var denied = new Dictionary<string, string> { ["relay"] = "no" };
        using var lines = new LaneLines(Config, Simulated, () => denied);
        await KeepAsync(lines, TimeSpan.FromSeconds(10));
        Assert.Null(driver.LevelOf(17));

        denied.Clear();
        await KeepAsync(lines, TimeSpan.FromSeconds(10));

        Assert.Equal((1, null, false), (opened, lines.Fault, driver.LevelOf(17)));
    }

    [Fact]
    public void A_pin_that_is_held_and_then_denied_is_given_back_at_rest()
    {
        var denied = new Dictionary<string, string>();
        using var other = new GpioController(driver);
        using var lines = new LaneLines(Config, Simulated, () => denied);
        other.OpenPin(18, PinMode.Input);
        Assert.False(lines.TryClaim());
        lines.Relay!.Set(isDriven: true);

        denied["relay"] = "no";
        Assert.False(lines.TryClaim());

        Assert.False(driver.LevelOf(17));
        other.OpenPin(17, PinMode.Input);
    }

    [Fact]
    public void An_input_that_fails_alone_is_claimed_anew_and_a_relay_that_is_driven_does_not_click()
    {
        using var wired = new WiredLane(folder.At("edges"));
        wired.Lines.Relay!.Set(isDriven: true);
        wired.Driver.FailAt(WiredLane.Fire);
        wired.LookAtFire();
        Assert.StartsWith("inputs.fire: the chip of GPIO line 5 failed", wired.Lines.Fault, StringComparison.Ordinal);

        Assert.False(wired.Lines.TryClaim());
        wired.Driver.FailAt(null);
        Assert.True(wired.Lines.TryClaim());

        Assert.Equal(["17 0", "17 1"], wired.Edges());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chip_that_is_back_finds_its_relay_driven_as_it_was_and_without_a_click(bool isMissed)
    {
        using var wired = new WiredLane(folder.At("edges"));
        wired.Lines.Relay!.Set(isDriven: true);
        wired.Driver.Fail(isFailing: true);
        wired.LookAtFire();

        if (isMissed) Assert.False(wired.Lines.TryClaim());
        wired.Driver.Fail(isFailing: false);
        Assert.True(wired.Lines.TryClaim());

        Assert.Equal(["17 0", "17 1"], wired.Edges());
        Assert.Equal(isMissed ? 3 : 1, wired.Opened);
    }

    [Fact]
    public void A_chip_that_fails_is_asked_once_by_those_who_use_it()
    {
        using var wired = new WiredLane(folder.At("edges"));
        wired.Driver.Fail(isFailing: true);

        wired.Lines.Relay!.Set(isDriven: true);
        wired.Lines.Green!.Set(isDriven: true);
        wired.LookAtFire();
        Assert.Equal((1, true), (wired.Driver.Refusals, wired.Lines.FailsInFire));

        wired.Driver.Fail(isFailing: false);
        Assert.True(wired.Lines.TryClaim());
        Assert.Equal((true, true, false), (wired.Driver.LevelOf(WiredLane.Relay), wired.Driver.LevelOf(WiredLane.Green), wired.Lines.FailsInFire));
    }

    [Fact]
    public async Task A_lane_that_loses_a_line_again_and_again_hears_at_once_each_time_and_is_told_no_more_than_each_second()
    {
        using var wired = new WiredLane(folder.At("edges"));
        using var stopping = new CancellationTokenSource();
        var keeper = new LineKeeper("metro-1", wired.Lines, posted.Add, new HealthBoard(time), time, NullLogger.Instance);
        var running = keeper.RunAsync(stopping.Token);
        wired.Lines.Relay!.Set(isDriven: true);
        var begin = time.GetTimestamp();

        for (var loss = 0; loss < 5; loss++)
        {
            LoseFire(wired);
            wired.Lines.Relay.Set(isDriven: loss % 2 == 1);
            await SoonAsync(() => Advance(1) && wired.Lines.Inputs[0].Line.IsWorking, "A lost line waits for the next try.");
        }

        Assert.InRange(time.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromMilliseconds(900));
        Assert.False(wired.Driver.LevelOf(WiredLane.Relay), "A relay stays driven.");
        Assert.Equal([new LaneEvent.LinesChanged(AreHeld: false)], posted);
        await SoonAsync(() => Advance(50) && posted.Count > 1, "The lane stays out of order.");
        await stopping.CancelAsync();
        await running;
        Assert.Equal([new LaneEvent.LinesChanged(AreHeld: false), new LaneEvent.LinesChanged(AreHeld: true)], posted);
        Assert.Equal(1, wired.Opened);
    }

    [Fact]
    public void A_lane_whose_inputs_are_not_read_is_out_of_order_though_it_has_its_lines()
    {
        using var wired = new WiredLane(folder.At("edges"));
        var keeper = new LineKeeper("metro-1", wired.Lines, posted.Add, new HealthBoard(time), time, NullLogger.Instance);
        time.Advance(LineKeeper.PauseFirst);

        keeper.Review();
        keeper.TellDeaf(true);
        keeper.Review();
        keeper.TellDeaf(false);

        Assert.Equal([new LaneEvent.LinesChanged(AreHeld: false), new LaneEvent.LinesChanged(AreHeld: true)], posted);
    }

    [Fact]
    public void One_read_that_fails_is_no_loss()
    {
        using var wired = new WiredLane(folder.At("edges"));
        wired.Driver.FailOnce();

        wired.LookAtFire();

        Assert.Equal((1, null, true), (wired.Driver.Refusals, wired.Lines.Fault, wired.Lines.Relay!.IsWorking));
    }

    [Fact]
    public async Task A_lane_with_all_its_lines_gives_one_back_that_turns_out_to_be_anothers_too()
    {
        var denied = new Dictionary<string, string>();
        using var lines = new LaneLines(Config, Simulated, () => denied);
        await KeepAsync(lines, TimeSpan.FromSeconds(5));
        Assert.Null(lines.Fault);

        denied["relay"] = "no";
        await KeepAsync(lines, TimeSpan.FromSeconds(20));

        Assert.Equal(("no", false, true), (lines.Fault, lines.Relay!.IsWorking, lines.Green!.IsWorking));
    }

    [Fact]
    public async Task What_is_ordered_while_lines_are_tried_is_never_lost()
    {
        using var wired = new WiredLane(folder.At("edges"));
        using var stopping = new CancellationTokenSource();
        var keeping = Task.Run(
            () =>
            {
                while (!stopping.IsCancellationRequested)
                {
                    wired.Lines.Green!.Suspect();
                    wired.Lines.Relay!.Suspect();
                    wired.Lines.TryClaim();
                }
            },
            CancellationToken.None);
        for (var turn = 0; turn < 20_000; turn++) wired.Lines.Relay!.Set(isDriven: turn % 2 == 0);
        await stopping.CancelAsync();
        await keeping;
        Assert.False(wired.Driver.LevelOf(WiredLane.Relay));

        Assert.Equal("17 0", wired.Edges().Last());
    }

    [Fact]
    public void What_is_ordered_while_the_chip_fails_is_done_when_it_answers_again()
    {
        using var wired = new WiredLane(folder.At("edges"));
        wired.Driver.Fail(isFailing: true);
        wired.Lines.Relay!.Set(isDriven: true);
        wired.Driver.Fail(isFailing: false);
        Assert.Equal(["17 0"], wired.Edges());

        Assert.True(wired.Lines.TryClaim());

        Assert.Equal(["17 0", "17 1"], wired.Edges());
    }

    public void Dispose()
    {
        driver.Dispose();
        folder.Dispose();
    }

    private bool Advance(int ms)
    {
        time.Advance(TimeSpan.FromMilliseconds(ms));
        return true;
    }

    private static void LoseFire(WiredLane wired)
    {
        wired.Driver.FailAt(WiredLane.Fire);
        wired.LookAtFire();
        wired.Driver.FailAt(null);
    }

    private static async Task SoonAsync(Func<bool> isSo, string otherwise)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private async Task KeepAsync(LaneLines lines, TimeSpan length)
    {
        using var stopping = new CancellationTokenSource();
        lines.TryClaim();
        var keeper = new LineKeeper("metro-1", lines, posted.Add, new HealthBoard(time), time, NullLogger.Instance);
        keeper.Review();
        var running = keeper.RunAsync(stopping.Token);
        for (var end = time.GetUtcNow() + length; time.GetUtcNow() < end;) time.Advance(TimeSpan.FromMilliseconds(250));
        await stopping.CancelAsync();
        await running;
    }

    private GpioController Missing()
    {
        opened++;
        throw new IOException("There is no such chip.");
    }

    private GpioController Simulated()
    {
        opened++;
        return new GpioController(driver);
    }
}
