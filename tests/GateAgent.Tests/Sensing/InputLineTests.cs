using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Sensing;

namespace GateAgent.Tests.Sensing;

/// <summary>One input on the simulated chip; time is told.</summary>
public sealed class InputLineTests : IDisposable
{
    private const int Pin = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly GpioController controller;

    public InputLineTests() => controller = new GpioController(driver);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_level_that_stands_is_told_once_and_so_is_its_end(bool isActiveLow)
    {
        var line = Open(isActiveLow);
        var told = new List<bool?>();

        for (var moment = 0; moment < 40; moment++)
        {
            driver.Feed(Pin, moment is >= 10 and < 20 != isActiveLow);
            if (line.Look(Tick * moment, NoPause) is { } change) told.Add(change);
        }

        Assert.Equal([true, false], told);
    }

    [Fact]
    public void An_unconnected_input_is_inactive()
    {
        var line = Open(isActiveLow: true);

        for (var moment = 0; moment < 40; moment++) Assert.Null(line.Look(Tick * moment, NoPause));
    }

    [Fact]
    public void A_level_counts_from_the_look_at_which_it_has_stood_its_time_and_not_before()
    {
        var line = Open();
        driver.Feed(Pin, isHigh: true);

        Assert.Null(line.Look(TimeSpan.Zero, NoPause));
        Assert.Null(line.Look(InputLine.SettleTime - Tick, NoPause));
        Assert.True(line.Look(InputLine.SettleTime, NoPause));
    }

    [Fact]
    public void A_contact_that_bounces_is_told_when_it_stands_still()
    {
        var line = Open();
        var moment = TimeSpan.Zero;

        for (var look = 0; look < 1_000; look++, moment += LaneSensors.LookEvery)
        {
            driver.Feed(Pin, look % 2 == 0);
            Assert.Null(line.Look(moment, NoPause));
        }

        driver.Feed(Pin, isHigh: true);
        Assert.Null(line.Look(moment, NoPause));
        Assert.True(line.Look(moment + InputLine.SettleTime, NoPause));
    }

    // At even looks, each a whole number of periods after the one before, it is found at the same level every time.
    [Theory]
    [InlineData(500)]
    [InlineData(1_000)]
    [InlineData(2_000)]
    public void A_contact_that_bounces_as_evenly_as_it_is_looked_at_changes_nothing_and_is_told_of(int hertz)
    {
        var contact = new Contact(driver, hertz);
        var line = Open();
        void Pause() => contact.Advance(InputLine.ConfirmEvery);

        for (var look = 0; look < 500; look++)
        {
            contact.MoveTo(LaneSensors.LookEvery * look);
            Assert.Null(line.Look(contact.Now, Pause));
        }

        Assert.True(line.Bounces(contact.Now));
        contact.Stop();
        for (var look = 500; look < 600; look++) line.Look(LaneSensors.LookEvery * look, Pause);
        Assert.False(line.Bounces(LaneSensors.LookEvery * 600));
    }

    public void Dispose()
    {
        controller.Dispose();
        driver.Dispose();
    }

    private static void NoPause()
    {
    }

    private InputLine Open(bool isActiveLow = false)
    {
        var line = new InputLine("inputs.passage", new LineConfig { Pin = Pin, ActiveLow = isActiveLow });
        Assert.True(line.TryClaim(controller));
        return line;
    }

    /// <summary>A contact that is closed for the first half of each period.</summary>
    private sealed class Contact(SimulatedGpioDriver driver, int hertz)
    {
        private bool isStopped;

        public TimeSpan Now { get; private set; }

        public void MoveTo(TimeSpan moment) => Set(moment > Now ? moment : Now);

        public void Advance(TimeSpan length) => Set(Now + length);

        public void Stop()
        {
            isStopped = true;
            Set(Now);
        }

        private void Set(TimeSpan moment)
        {
            Now = moment;
            driver.Feed(Pin, !isStopped && moment.Ticks * 2 * hertz / TimeSpan.TicksPerSecond % 2 == 0);
        }
    }
}
