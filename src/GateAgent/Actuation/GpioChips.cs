using System.Collections.Concurrent;
using System.Device.Gpio;
using System.Diagnostics.CodeAnalysis;
using GateAgent.Configuration;

namespace GateAgent.Actuation;

/// <summary>
/// The chips that lanes open. Each lane has a controller of its own, also on a chip that it shares with others: what one lane
/// opens, loses and opens anew is no other lane's matter. Any thread.
/// </summary>
internal sealed class GpioChips : IDisposable
{
    /// <summary>The name of the chip that is not there.</summary>
    public const string Simulated = "simulated";

    private readonly ConcurrentDictionary<string, SimulatedGpioDriver> simulated = new(StringComparer.Ordinal);
    private readonly GpioConfig? config;

    // Held while the chip that is not there is made: it is one for all lanes.
    private readonly Lock making = new();

    /// <summary>The chips of a configuration; none is open.</summary>
    public GpioChips(GpioConfig? config) => this.config = config;

    /// <summary>Opens a chip for one lane.</summary>
    /// <param name="name">Its label, its device name, or <see cref="Simulated"/>.</param>
    /// <exception cref="IOException">There is no such chip, or it may not be opened.</exception>
    public GpioController Open(string name)
    {
        try
        {
            lock (making)
            {
                if (name == Simulated && !simulated.ContainsKey(name)) simulated[name] = new SimulatedGpioDriver(config?.EdgesFile, config?.LevelsFile);
            }

            return simulated.TryGetValue(name, out var driver) ? new SharingController(driver) : Chip.Open(name);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"The GPIO chip {name} may not be opened: {refused.Message}", refused);
        }
    }

    /// <summary>The device behind a name; the name itself where there is no such chip.</summary>
    public string DeviceOf(string name) => name == Simulated || simulated.ContainsKey(name) ? name : Chip.DeviceOf(name);

    /// <summary>Plugs a simulated chip in under a name of its own. It is this object's from then on.</summary>
    public void Plug(string name, SimulatedGpioDriver driver) => simulated[name] = driver;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var driver in simulated.Values) driver.Dispose();
    }

    /// <summary>The controller of one lane on a driver that others use too. Its lines are given back one by one.</summary>
    private sealed class SharingController(GpioDriver driver) : GpioController(driver)
    {
        [SuppressMessage("Usage", "CA2215:Dispose methods should call base class dispose", Justification = "It would end the others' driver.")]
        protected override void Dispose(bool disposing)
        {
        }
    }
}
