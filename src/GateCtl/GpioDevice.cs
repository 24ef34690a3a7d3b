using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GateCtl;

/// <summary>A GPIO chip of this machine, as the kernel tells of it (linux/gpio.h, GPIO_GET_CHIPINFO_IOCTL).</summary>
/// <param name="Name">Its device, such as <c>gpiochip0</c>.</param>
/// <param name="Label">Its label, such as <c>pinctrl-rp1</c>.</param>
/// <param name="Lines">How many lines it has.</param>
internal sealed partial record GpioDevice(string Name, string Label, int Lines)
{
    // struct gpiochip_info: name 32, label 32, lines 4. The request is _IOR(0xB4, 1, 68).
    private const uint GetChipInfo = 0x8044_B401;
    private const int NameSize = 32;
    private const int InfoSize = 68;

    /// <summary>The chips in a folder of devices. One that may not be opened is told by its file alone, in <paramref name="closed"/>.</summary>
    public static IReadOnlyList<GpioDevice> All(string folder, out IReadOnlyList<string> closed)
    {
        var (found, refused) = (new List<GpioDevice>(), new List<string>());
        foreach (var path in Directory.EnumerateFiles(folder, "gpiochip*").Order(StringComparer.Ordinal))
        {
            try
            {
                using var chip = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                if (Read(chip) is { } device) found.Add(device);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                refused.Add(path);
            }
        }

        closed = refused;
        return found;
    }

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
