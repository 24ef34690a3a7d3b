using System.Device.Gpio;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Lanes;
using GateAgent.Sensing;
using GateAgent.Tests.Actuation;

namespace GateAgent.Tests.Sensing;

/// <summary>Broken contacts of one lane; time is told.</summary>
public sealed class LaneSensorsTests : IDisposable
{
    private const int Passage = 5;
    private const int Door = 6;
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly GpioController controller;
    private readonly HealthBoard health = new(TimeProvider.System);
    private readonly List<LaneEvent> posted = [];
    private readonly LaneLines lines;
    private readonly LaneSensors sensors;
    private TimeSpan now;

    public LaneSensorsTests()
    {
        controller = new GpioController(driver);
        lines = Held.On(controller, new LaneConfig { Inputs = new InputsConfig { Passage = new LineConfig { Pin = Passage }, DoorContact = new LineConfig { Pin = Door } } });
        sensors = new LaneSensors("metro-1", lines.Inputs, posted.Add, health, TimeProvider.System, static () => { });
    }

    [Fact]
    public void A_sensor_that_is_stuck_high_counts_one_person_and_is_a_health_item_until_it_lets_go()
    {
        driver.Feed(Passage, isHigh: true);
        LookFor(LaneSensors.StuckAfter + TimeSpan.FromSeconds(1));

        Assert.Equal([new LaneEvent.InputChanged(LaneInputs.Passage, IsActive: true)], posted);
        var item = Assert.Single(health.Items);
        Assert.Equal(("inputs metro-1", "degraded"), (item.Component, item.State));
        Assert.Contains("Passage is active", item.Text, StringComparison.Ordinal);

        driver.Feed(Passage, isHigh: false);
        LookFor(TimeSpan.FromSeconds(1));
        Assert.Equal("well", Assert.Single(health.Items).State);
    }

    [Fact]
    public void A_door_that_stands_open_is_the_lanes_own_matter_and_no_broken_contact()
    {
        driver.Feed(Door, isHigh: true);
        LookFor(LaneSensors.StuckAfter * 2);

        Assert.Empty(health.Items);
    }

    [Fact]
    public void A_contact_that_never_stands_still_is_a_health_item_and_the_other_inputs_go_on()
    {
        for (var look = 0; look < 500; look++)
        {
            driver.Feed(Passage, look % 2 == 0);
            if (look == 400) driver.Feed(Door, isHigh: true);
            LookFor(LaneSensors.LookEvery);
        }

        Assert.Equal([new LaneEvent.InputChanged(LaneInputs.DoorContact, IsActive: true)], posted);
        Assert.Contains("Passage does not stand still", Assert.Single(health.Items).Text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        sensors.Dispose();
        lines.Dispose();
        controller.Dispose();
        driver.Dispose();
    }

    private void LookFor(TimeSpan length)
    {
        for (var end = now + length; now < end; now += LaneSensors.LookEvery) sensors.Look(now);
    }
}
