using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Actuation;

/// <summary>
/// A GPIO chip of this machine, as the kernel tells of it (linux/gpio.h, GPIO_GET_CHIPINFO_IOCTL). The libraries' own lists are not
/// used: one node that may not be opened ends the list of libgpiod 2, and crashes that of libgpiod 1, which also leaves out the
/// second of two chips of one label.
/// </summary>
/// <param name="Name">Its device, such as <c>gpiochip0</c>.</param>
/// <param name="Label">Its label, such as <c>pinctrl-rp1</c>.</param>
/// <param name="Lines">How many lines it has.</param>
internal sealed partial record GpioDevice(string Name, string Label, int Lines)
{
    // struct gpiochip_info: name 32, label 32, lines 4. The request is _IOR(0xB4, 1, 68).
    private const uint GetChipInfo = 0x8044_B401;
    private const string Prefix = "gpiochip";
    private const int NameSize = 32;
    private const int InfoSize = 68;

    /// <summary>N of the file gpiochipN that it is opened by.</summary>
    public int Number { get; private init; }

    /// <summary>Its files: one, and those that are links to it, such as <c>gpiochip4</c> on a Raspberry Pi 5.</summary>
    public IReadOnlyList<string> Files { get; private init; } = [];

    /// <summary>The chips in a folder of devices, each once, in the order of their files' names.</summary>
    /// <param name="folder">The folder, such as <c>/dev</c>.</param>
    /// <param name="closed">The files that may not be opened; the others are told of all the same.</param>
    /// <param name="ask">Asks the kernel about an open file; null unless a test stands between. It answers null for what is no chip.</param>
    public static IReadOnlyList<GpioDevice> All(string folder, out IReadOnlyList<string> closed, Func<SafeFileHandle, GpioDevice?>? ask = null)
    {
        var (found, refused) = (new List<GpioDevice>(), new List<string>());
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, $"{Prefix}*").Order(StringComparer.Ordinal))
        {
            if (!int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            try
            {
                using var chip = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                if ((ask ?? Read)(chip) is not { } device) continue;
                var known = found.FindIndex(one => one.Name == device.Name);
                if (known < 0) found.Add(device with { Number = number, Files = [Path.GetFileName(path)] });
                else found[known] = found[known] with { Files = [.. found[known].Files, Path.GetFileName(path)] };
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                refused.Add(path);
            }
        }

        closed = refused;
        return found;
    }

    /// <summary>Whether a name in agent.json is this chip's.</summary>
    public bool IsCalled(string name) => Label == name || Name == name || Files.Contains(name);

    private static GpioDevice? Read(SafeFileHandle chip)
    {
        Span<byte> info = stackalloc byte[InfoSize];
        if (Ioctl(chip, GetChipInfo, info) != 0) return null;
        return new GpioDevice(Text(info[..NameSize]), Text(info.Slice(NameSize, NameSize)), BinaryPrimitives.ReadInt32LittleEndian(info[(2 * NameSize)..]));
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.ASCII.GetString(field[..Math.Max(0, field.IndexOf((byte)0))]);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ioctl(SafeFileHandle file, nuint request, Span<byte> answer);
}
