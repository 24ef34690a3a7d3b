using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Runtime.InteropServices;

namespace GateAgent.Actuation;

/// <summary>
/// Opens the chip that the configuration names. The libgpiod driver is always named: the library's own choice changes from
/// machine to machine, and one of its drivers leaves lines driven after it is gone.
/// </summary>
internal static class Chip
{
    /// <summary>The name of the chip that is not there.</summary>
    public const string Simulated = "simulated";

    /// <summary>Opens a chip by its label (such as <c>pinctrl-rp1</c>) or device name (<c>gpiochip0</c>). The number of a
    /// chip differs between boards and system releases, its label does not.</summary>
    /// <exception cref="IOException">There is no such chip, or no libgpiod.</exception>
    public static GpioController Open(string name, string? edgesPath, string? levelsPath)
    {
        if (name == Simulated) return new GpioController(new SimulatedGpioDriver(edgesPath, levelsPath));
        if (IsPresent("libgpiod.so.3"))
            return new RestingController(new LibGpiodV2Driver(Find(name, LibGpiodV2Driver.GetAvailableChips())));
        if (IsPresent("libgpiod.so.2"))
            return new GpioController(new LibGpiodDriver(Find(name, LibGpiodDriver.GetAvailableChips())));
        throw new IOException("No libgpiod: install libgpiod3, or libgpiod2 on Debian 12.");
    }

    /// <summary>Claims an output line with its first level in one request to the kernel.</summary>
    /// <exception cref="IOException">Another program holds the line.</exception>
    public static void Claim(GpioController controller, int pin, PinValue first)
    {
        Claim(pin, () =>
        {
            if (controller is RestingController resting) resting.Claim(pin, first);
            else controller.OpenPin(pin, PinMode.Output, first);
        });
    }

    /// <summary>Claims an input line.</summary>
    /// <exception cref="IOException">Another program holds the line.</exception>
    public static void ClaimInput(GpioController controller, int pin, bool isPulledUp)
    {
        var mode = isPulledUp ? PinMode.InputPullUp : PinMode.InputPullDown;
        Claim(pin, () => controller.OpenPin(pin, mode));
    }

    private static void Claim(int pin, Action claim)
    {
        try
        {
            claim();
        }
        catch (GpiodException refused)
        {
            throw new IOException(
                $"GPIO line {pin} cannot be claimed: another program holds it, or the chip has no such line. gpioinfo tells.", refused);
        }
    }

    /// <summary>Finds a chip by label or name.</summary>
    /// <exception cref="IOException">None, or more than one, is called so.</exception>
    internal static GpioChipInfo Find(string name, IList<GpioChipInfo> chips)
    {
        var found = chips.Where(chip => chip.Label == name || chip.Name == name).ToList();
        if (found is [var chip]) return chip;
        var present = chips.Count == 0 ? "none" : string.Join(", ", chips.Select(chip => $"{chip.Name} ({chip.Label})"));
        throw new IOException($"{found.Count} GPIO chips are called {name}. Here: {present}. Write one of them as gpio.chip.");
    }

    private static bool IsPresent(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }
}
