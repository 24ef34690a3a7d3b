using GateAgent.Actuation;
using GateAgent.Health;
using GateAgent.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace GateAgent.Tests.Actuation;

/// <summary>The PWM buzzer against a folder laid out like the kernel's, whose rules are tried at each write.</summary>
public sealed class KernelPwmTests : IDisposable
{
    private readonly KernelPwmFolder kernel = new(chip: 2, channels: 2);
    private readonly HealthBoard health = new(TimeProvider.System);

    [Fact]
    public void A_channel_is_exported_and_silenced_and_given_back_silent()
    {
        using (kernel.Open(2, 1))
        {
            Assert.True(kernel.IsExported(1));
        }

        Assert.False(kernel.IsExported(1));
        Assert.Equal(["export 1", "unexport 1"], kernel.Writes());
    }

    [Fact]
    public void A_pitch_is_a_period_and_half_of_it_and_a_higher_pitch_never_leaves_the_duty_longer_than_the_period()
    {
        using var pwm = kernel.Open(2, 0);

        pwm.Sound(330);
        pwm.Sound(1_320);
        pwm.Silence();

        Assert.Equal(
            [
                "export 0",
                "pwm0/period 3030303", "pwm0/duty_cycle 1515151", "pwm0/enable 1",
                "pwm0/duty_cycle 0", "pwm0/period 757575", "pwm0/duty_cycle 378787", "pwm0/enable 1",
                "pwm0/enable 0",
            ],
            kernel.Writes());
    }

    [Fact]
    public void A_channel_that_a_killed_agent_left_sounding_is_taken_over_and_silenced()
    {
        kernel.LeaveSounding(0);

        using var pwm = kernel.Open(2, 0);

        Assert.Equal(["pwm0/enable 0"], kernel.Writes());
    }

    [Theory]
    [InlineData(7, 0, "There is no ")]
    [InlineData(2, 2, "has 2 channels")]
    public void A_chip_or_a_channel_that_is_not_there_is_named(int chip, int channel, string said)
    {
        var fault = Assert.Throws<IOException>(() => kernel.Open(chip, channel));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_may_not_be_written_is_a_named_fault_and_one_that_may_soon_is_waited_for()
    {
        kernel.Forbid(0);
        var fault = Assert.Throws<IOException>(() => kernel.Open(2, 0));
        Assert.Contains("pwm0", fault.Message, StringComparison.Ordinal);

        using var soon = new Timer(_ => kernel.Allow(0), null, TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        using var pwm = kernel.Open(2, 0, TimeSpan.FromSeconds(30));

        pwm.Sound(440);
        Assert.Equal("pwm0/enable 1", kernel.Writes()[^1]);
    }

    [Fact]
    public void A_channel_that_another_driver_has_is_a_named_fault()
    {
        kernel.Occupy();

        var fault = Assert.Throws<IOException>(() => kernel.Open(2, 0));

        Assert.Contains("pwm0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lane_plays_its_contour_in_pitches()
    {
        var time = new FakeTimeProvider();
        using var buzzer = new Buzzer(Output(0), time);

        buzzer.Play(Signal.Pass);
        for (var step = 0; step < 20; step++) time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal([$"pwm0/period {1_000_000_000 / 880}", $"pwm0/period {1_000_000_000 / 1_320}"], kernel.Writes().Where(static one => one.Contains("period", StringComparison.Ordinal)));
        Assert.Equal("pwm0/enable 0", kernel.Writes()[^1]);
    }

    [Fact]
    public void A_buzzer_without_its_chip_is_a_health_item_and_sounds_once_the_chip_is_there()
    {
        using var output = Output(3);
        output.Sound(880);
        Assert.Contains(health.Items, static item => item is { Component: "buzzer metro-1", State: "degraded" });

        kernel.Widen(4);
        output.Sound(880);

        Assert.Contains(health.Items, static item => item is { Component: "buzzer metro-1", State: "well" });
        Assert.Equal("pwm3/enable 1", kernel.Writes()[^1]);
    }

    [Fact]
    public async Task No_note_waits_for_a_channel_that_is_being_taken()
    {
        using var opens = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var output = new PwmBuzzerOutput("metro-1", patience =>
        {
            if (patience > TimeSpan.Zero) begun.Set();
            if (patience > TimeSpan.Zero) opens.Wait();
            return kernel.Open(2, 0);
        }, health);
        Assert.Empty(kernel.Writes());
        var taking = Task.Run(output.Take, CancellationToken.None);
        begun.Wait(TestContext.Current.CancellationToken);

        output.Sound(880);

        Assert.Empty(kernel.Writes());
        opens.Set();
        await taking;
        output.Sound(880);
        Assert.Equal("pwm0/enable 1", kernel.Writes()[^1]);
    }

    [Fact]
    public void A_channel_that_goes_away_while_it_sounds_holds_nobody_up()
    {
        using var output = Output(0);
        output.Sound(880);

        kernel.Remove();
        output.Silence();
        output.Sound(330);

        Assert.Contains(health.Items, static item => item is { Component: "buzzer metro-1", State: "degraded" });
    }

    public void Dispose() => kernel.Dispose();

    private PwmBuzzerOutput Output(int channel) =>
        new("metro-1", _ => kernel.Open(2, channel), health);
}
