using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Sensing;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Sensing;

/// <summary>One input on the simulated chip, under a clock that moves by hand.</summary>
public sealed class InputLineTests : IDisposable
{
    private const int Pin = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider time = new();
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly GpioController controller;
    private readonly List<bool> changes = [];

    public InputLineTests() => controller = new GpioController(driver);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_level_that_stands_is_told_once_and_so_is_its_end(bool isActiveLow)
    {
        using var line = Open(isActiveLow);

        driver.Feed(Pin, !isActiveLow);
        time.Advance(InputLine.SettleTime);
        driver.Feed(Pin, isActiveLow);
        time.Advance(InputLine.SettleTime);

        Assert.Equal([true, false], changes);
    }

    [Fact]
    public void A_contact_that_bounces_at_a_thousand_hertz_is_told_when_it_stands_still()
    {
        using var line = Open();

        for (var edge = 0; edge < 1_001; edge++)
        {
            driver.Feed(Pin, edge % 2 == 0);
            time.Advance(Tick / 2);
        }

        Assert.Empty(changes);
        time.Advance(InputLine.SettleTime);
        Assert.Equal([true], changes);
    }

    [Fact]
    public void A_spike_shorter_than_the_settle_time_is_nothing()
    {
        using var line = Open();

        driver.Feed(Pin, isHigh: true);
        time.Advance(InputLine.SettleTime - Tick);
        driver.Feed(Pin, isHigh: false);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(changes);
    }

    [Fact]
    public void Where_the_edges_fall_silent_a_look_at_the_level_finds_the_change()
    {
        using var line = Open();
        driver.Feed(Pin, isHigh: true, hasEdge: false);

        line.Check();
        time.Advance(InputLine.SettleTime);

        Assert.Equal([true], changes);
    }

    [Fact]
    public void A_look_beside_the_edges_does_not_make_a_level_wait_longer()
    {
        using var line = Open();
        driver.Feed(Pin, isHigh: true);
        time.Advance(InputLine.SettleTime - Tick);

        line.Check();
        time.Advance(Tick);

        Assert.Equal([true], changes);
    }

    [Fact]
    public void A_disposed_line_tells_nothing()
    {
        Open().Dispose();

        driver.Feed(Pin, isHigh: true);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(changes);
    }

    public void Dispose()
    {
        controller.Dispose();
        driver.Dispose();
    }

    private InputLine Open(bool isActiveLow = false) =>
        new(controller, new LineConfig { Pin = Pin, ActiveLow = isActiveLow }, changes.Add, time);
}
