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

    private const string DeviceFolder = "/sys/bus/gpio/devices";

    /// <summary>Opens a chip by its label (such as <c>pinctrl-rp1</c>) or device name (<c>gpiochip0</c>).</summary>
    /// <exception cref="IOException">There is no such chip, or no libgpiod.</exception>
    public static GpioController Open(string name, string? edgesPath)
    {
        GpioDriver driver = name == Simulated ? new SimulatedGpioDriver(edgesPath) : OpenDriver(NumberOf(name));
        return new GpioController(driver);
    }

    private static GpioDriver OpenDriver(int number)
    {
        if (IsPresent("libgpiod.so.3")) return new LibGpiodV2Driver(number);
        if (IsPresent("libgpiod.so.2")) return new LibGpiodDriver(number);
        throw new IOException("No libgpiod: install libgpiod3, or libgpiod2 on Debian 12.");
    }

    private static bool IsPresent(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    // The number of a chip differs between boards and system releases, its label does not.
    private static int NumberOf(string name)
    {
        if (Directory.Exists(DeviceFolder))
        {
            foreach (var device in Directory.GetDirectories(DeviceFolder, "gpiochip*"))
            {
                var label = Path.Combine(device, "of_node", "name");
                var isNamed = Path.GetFileName(device) == name
                    || (File.Exists(label) && File.ReadAllText(label).TrimEnd('\0', '\n') == name);
                if (isNamed) return int.Parse(Path.GetFileName(device).AsSpan("gpiochip".Length), System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        throw new IOException($"No GPIO chip is called {name}: `gpiodetect` lists those that are there.");
    }
}
