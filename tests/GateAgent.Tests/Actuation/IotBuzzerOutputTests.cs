#if OWNER_PACKAGES
using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Actuation;

/// <summary>A piezo by Iot.Device.Bindings, seen from outside: by the level of the simulated chip.</summary>
public sealed class IotBuzzerOutputTests : IDisposable
{
    private const int Sound = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnyContour = TimeSpan.FromSeconds(2);
    private static readonly LaneConfig Wired = new()
    {
        Name = "metro-1",
        Relay = new LineConfig { Pin = 17 },
        Buzzer = new LineConfig { Pin = Sound },
        BuzzerHasPitches = true,
    };

    private readonly SimulatedGpioDriver driver = new(null);
    private readonly FakeTimeProvider time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_note_swings_the_line_which_rests_before_and_after(bool isActiveLow)
    {
        var config = Wired with { Buzzer = new LineConfig { Pin = Sound, ActiveLow = isActiveLow } };
        using var controller = new GpioController(driver);
        using var lines = Held.On(controller, config);
        using var parts = new LaneActuators(config, lines, time);
        Assert.Equal(isActiveLow, driver.LevelOf(Sound));

        parts.Show(new Order.Show(Signal.Refused, default));
        AssertSwings();
        time.Advance(AnyContour);

        Assert.Equal(isActiveLow, driver.LevelOf(Sound));
        Assert.False(SpinWait.SpinUntil(() => driver.LevelOf(Sound) != isActiveLow, TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void A_chip_that_fails_while_a_note_sounds_is_a_fault_of_the_lane_and_sounds_again_once_it_is_back()
    {
        using var chips = new GpioChips(null);
        chips.Plug("other", driver);
        using var lines = new LaneLines(Wired, () => chips.Open("other"));
        Assert.True(lines.TryClaim(), lines.Fault);
        using var lost = new ManualResetEventSlim();
        lines.Lost = lost.Set;
        using var parts = new LaneActuators(Wired, lines, time);
        parts.Show(new Order.Show(Signal.Refused, default));
        AssertSwings();

        driver.Fail(isFailing: true);

        Assert.True(lost.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.Contains("buzzer", lines.Fault, StringComparison.Ordinal);
        Assert.False(lines.TryClaim());
        time.Advance(AnyContour);
        driver.Fail(isFailing: false);
        Assert.True(lines.TryClaim(), lines.Fault);
        parts.Show(new Order.Show(Signal.Refused, default));
        AssertSwings();
    }

    public void Dispose() => driver.Dispose();

    private void AssertSwings()
    {
        foreach (var level in new[] { true, false, true, false })
            Assert.True(SpinWait.SpinUntil(() => driver.LevelOf(Sound) == level, Patience), $"The line never was {level}.");
    }
}
#endif
