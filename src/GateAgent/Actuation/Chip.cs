using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Runtime.InteropServices;

namespace GateAgent.Actuation;

/// <summary>
/// Opens a chip of the kernel's and claims its lines. The libgpiod driver is always named: the library's own choice changes from
/// machine to machine, and one of its drivers leaves lines driven after it is gone.
/// </summary>
internal static class Chip
{
    private const string Library2 = "libgpiod.so.3";
    private const string Library1 = "libgpiod.so.2";
    private const int DeviceBusy = 16; // EBUSY

    /// <summary>Opens a chip by its label (such as <c>pinctrl-rp1</c>) or device name (<c>gpiochip0</c>). The number of a
    /// chip differs between boards and system releases, its label does not.</summary>
    /// <exception cref="IOException">There is no such chip, it may not be opened, or there is no libgpiod.</exception>
    public static GpioController Open(string name)
    {
        var is2 = IsPresent(Library2);
        if (!is2 && !IsPresent(Library1)) throw new IOException($"No libgpiod to open the GPIO chip {name} with: install libgpiod3, or libgpiod2 on Debian 12.");
        var number = Find(name).Number;
        return is2 ? new RestingController(new LibGpiodV2Driver(number)) : new GpioController(new LibGpiodDriver(number));
    }

    /// <summary>The device behind a name, such as <c>gpiochip0</c> behind <c>pinctrl-rp1</c>; the name itself where there is no
    /// such chip.</summary>
    public static string DeviceOf(string name)
    {
        try
        {
            return Find(name).Name;
        }
        catch (IOException)
        {
            return name;
        }
    }

    /// <summary>Whether an exception is a chip's or its library's, and not a defect of this program: the fault of the lane that
    /// hangs on the chip, and no other's. libgpiod before 1.5 refuses a pull-up as an operation that is not valid.</summary>
    public static bool IsFailure(Exception thrown) =>
        thrown is IOException or InvalidOperationException or NotSupportedException or UnauthorizedAccessException or TimeoutException
            or DllNotFoundException or EntryPointNotFoundException;

    /// <summary>Claims an output line with its first level in one request to the kernel.</summary>
    /// <exception cref="IOException">The chip has no such line, or does not give it.</exception>
    public static void Claim(GpioController controller, int pin, PinValue first)
    {
        Claim(controller, pin, () =>
        {
            if (controller is RestingController resting) resting.Claim(pin, first);
            else controller.OpenPin(pin, PinMode.Output, first);
        });
    }

    /// <summary>Claims an input line.</summary>
    /// <exception cref="IOException">The chip has no such line, or does not give it.</exception>
    public static void ClaimInput(GpioController controller, int pin, bool isPulledUp)
    {
        var mode = isPulledUp ? PinMode.InputPullUp : PinMode.InputPullDown;
        Claim(controller, pin, () => controller.OpenPin(pin, mode));
    }

    // A line that was opened and could not be set up is given back, so that it can be tried again.
    private static void Claim(GpioController controller, int pin, Action claim)
    {
        if (pin >= controller.PinCount) throw new IOException($"GPIO line {pin} is not there: the chip has {controller.PinCount} lines, from 0.");
        try
        {
            claim();
        }
        catch (Exception refused) when (IsFailure(refused))
        {
            if (controller.IsPinOpen(pin)) controller.ClosePin(pin);
            throw new IOException($"GPIO line {pin} cannot be claimed: {Cause(refused)}", refused);
        }
    }

    private static GpioDevice Find(string name)
    {
        var devices = GpioDevice.All("/dev", out var closed);
        return Find(name, devices, closed);
    }

    /// <summary>Finds a chip by label or name.</summary>
    /// <param name="name">Its label or name.</param>
    /// <param name="devices">The chips that are there.</param>
    /// <param name="closed">The files of those that may not be opened.</param>
    /// <exception cref="IOException">None, or more than one, is called so.</exception>
    internal static GpioDevice Find(string name, IReadOnlyList<GpioDevice> devices, IReadOnlyList<string> closed)
    {
        var found = devices.Where(device => device.IsCalled(name)).ToList();
        if (found is [var one]) return one;
        var present = devices.Count == 0 ? "none" : string.Join(", ", devices.Select(static device => $"{device.Name} ({device.Label})"));
        var hidden = closed.Count == 0 ? string.Empty : $" {string.Join(", ", closed)} cannot be opened: the group gpio needs the right to.";
        throw new IOException($"{found.Count} GPIO chips are called {name}. Here: {present}. Write one of them as chip.{hidden}");
    }

    // The drivers keep the kernel's error as its text alone; libgpiod 2's goes on with the whole request.
    private static string Cause(Exception refused)
    {
        var said = refused.Message.AsSpan();
        if (said.IndexOf(", RequestConfig", StringComparison.Ordinal) is var end and > 0) said = said[..end];
        var isBusy = said.Contains(Marshal.GetPInvokeErrorMessage(DeviceBusy), StringComparison.Ordinal);
        return $"{said.Trim().TrimEnd('.')}.{(isBusy ? " Another program holds it: gpioinfo tells which." : string.Empty)}";
    }

    private static bool IsPresent(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }
}
