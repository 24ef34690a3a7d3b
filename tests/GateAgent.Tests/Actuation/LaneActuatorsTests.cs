using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using System.Reflection;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Actuation;

/// <summary>What hangs on a lane, seen from outside: by the levels of the simulated chip.</summary>
public sealed class LaneActuatorsTests : IDisposable
{
    private const int Relay = 17;
    private const int Green = 22;
    private const int Amber = 23;
    private const int Red = 24;
    private const int Sound = 25;
    private static readonly LaneConfig Wired = new()
    {
        Name = "metro-1",
        Relay = new LineConfig { Pin = Relay, ActiveLow = true },
        Green = new LineConfig { Pin = Green },
        Amber = new LineConfig { Pin = Amber },
        Red = new LineConfig { Pin = Red },
        Buzzer = new LineConfig { Pin = Sound },
    };

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_start_and_a_stop_never_move_the_relay_or_a_lamp()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired);
            using var parts = new LaneActuators(Wired, lines, time);
        }

        Assert.Equal(["17 1", "22 0", "23 0", "24 0", "25 0"], Edges());
    }

    [Fact]
    public void An_active_low_relay_is_driven_low_and_rests_high_on_dispose()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired);
            using var parts = new LaneActuators(Wired, lines, time);
            parts.SetRelay(isDriven: true);
        }

        Assert.Equal(["17 1", "17 0", "17 1"], Edges().Where(edge => edge.StartsWith("17 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Signal.Idle, "")]
    [InlineData(Signal.Pass, "22")]
    [InlineData(Signal.PassWithCondition, "22 23")]
    [InlineData(Signal.PassAgain, "22 23")]
    [InlineData(Signal.PassAgainWithCondition, "22 23")]
    [InlineData(Signal.NextMember, "22")]
    [InlineData(Signal.Free, "22")]
    [InlineData(Signal.SeeStaff, "23")]
    [InlineData(Signal.ReadAgain, "23")]
    [InlineData(Signal.WrongCode, "23")]
    [InlineData(Signal.ShowCode, "23")]
    [InlineData(Signal.OutOfOrder, "23")]
    [InlineData(Signal.Refused, "24")]
    public void A_signal_lights_its_lamps_and_no_other(object signal, string lit)
    {
        using var driver = new SimulatedGpioDriver(null);
        using var controller = new GpioController(driver);
        using var lines = Held.On(controller, Wired);
        using var parts = new LaneActuators(Wired, lines, time);

        parts.Show(new Order.Show(Signal.Refused, default));
        parts.Show(new Order.Show((Signal)signal, default));

        Assert.Equal(lit, string.Join(' ', new[] { Green, Amber, Red }.Where(pin => driver.LevelOf(pin) == true)));
    }

    [Fact]
    public void Lamps_are_steady_while_a_contour_plays()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired);
            using var parts = new LaneActuators(Wired, lines, time);
            parts.Show(new Order.Show(Signal.SeeStaff, default));
            for (var step = 0; step < 100; step++) time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(["23 0", "23 1", "23 0"], Edges().Where(edge => edge.StartsWith("23 ", StringComparison.Ordinal)));
        Assert.Equal(3, Edges().Count(edge => edge == "25 1"));
    }

    [Fact]
    public void The_second_person_refused_in_a_row_is_heard_too_and_a_held_code_only_once()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired);
            using var parts = new LaneActuators(Wired, lines, time);
            parts.Show(new Order.Show(Signal.Refused, default));
            time.Advance(TimeSpan.FromSeconds(1));
            for (var frame = 0; frame < 15; frame++) parts.ShowOn(new Order.ShowOn(Signal.Refused, default));
            time.Advance(TimeSpan.FromSeconds(1));
            parts.Show(new Order.Show(Signal.Refused, default));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, Edges().Count(edge => edge == "25 1"));
    }

    [Fact]
    public void A_new_signal_cuts_the_old_contour_off()
    {
        using var driver = new SimulatedGpioDriver(null);
        using var controller = new GpioController(driver);
        using var lines = Held.On(controller, Wired);
        using var parts = new LaneActuators(Wired, lines, time);

        parts.Show(new Order.Show(Signal.Refused, default));
        parts.Show(new Order.Show(Signal.Idle, default));

        Assert.False(driver.LevelOf(Sound));
    }

    [Fact]
    public void A_lane_without_a_relay_opens_nothing()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired with { Relay = null });
            using var parts = new LaneActuators(Wired with { Relay = null }, lines, time);
            Assert.False(parts.HasRelay);
            parts.SetRelay(isDriven: true);
        }

        Assert.DoesNotContain(Edges(), edge => edge.StartsWith("17 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Edges_carry_rising_monotonic_nanoseconds()
    {
        using (var controller = Open())
        {
            using var lines = Held.On(controller, Wired);
            using var parts = new LaneActuators(Wired, lines, time);
            parts.SetRelay(isDriven: true);
        }

        var stamps = File.ReadLines(folder.At("edges")).Select(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(stamps.Order(), stamps);
    }

    [Fact]
    public void The_driver_of_libgpiod_2_has_the_write_that_claims_a_line_with_its_level()
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        Assert.NotNull(typeof(LibGpiodV2Driver).GetMethod("Write", Own, [typeof(int), typeof(PinValue)]));
        Assert.Null(typeof(LibGpiodV2Driver).GetMethod("SetPinMode", Own, [typeof(int), typeof(PinMode), typeof(PinValue)]));
    }

    public void Dispose() => folder.Dispose();

    private GpioController Open() => new(new SimulatedGpioDriver(folder.At("edges")));

    private List<string> Edges() => [.. File.ReadLines(folder.At("edges")).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];
}
