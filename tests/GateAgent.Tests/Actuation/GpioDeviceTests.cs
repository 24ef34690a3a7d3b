using System.Globalization;
using GateAgent.Actuation;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Tests.Actuation;

/// <summary>Real files and links in a folder; each holds what the kernel would tell of it: name, label and lines.</summary>
public sealed class GpioDeviceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_chip_is_found_by_label_or_name_and_a_refusal_tells_what_is_there()
    {
        Plug(0, "pinctrl-rp1", 54);
        Plug(10, "gpio-brcmstb", 32);

        Assert.Equal(0, Find("pinctrl-rp1").Number);
        Assert.Equal((10, 32), (Find("gpiochip10").Number, Find("gpiochip10").Lines));
        Assert.Equal(
            "0 GPIO chips are called pinctrl-bcm2711. Here: gpiochip0 (pinctrl-rp1), gpiochip10 (gpio-brcmstb). Write one of them as chip.",
            Assert.Throws<IOException>(() => Find("pinctrl-bcm2711")).Message);
    }

    [Fact]
    public void Two_chips_of_one_label_and_size_are_both_there_and_told_apart_by_name()
    {
        Plug(0, "mcp23017", 16);
        Plug(1, "mcp23017", 16);

        Assert.StartsWith("2 GPIO chips are called mcp23017.", Assert.Throws<IOException>(() => Find("mcp23017")).Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), (Find("gpiochip0").Number, Find("gpiochip1").Number));
    }

    [Fact]
    public void A_chip_that_a_link_stands_for_too_is_one_chip_and_found_by_the_link_as_well()
    {
        Plug(0, "pinctrl-rp1", 54);
        Plug(10, "gpio-brcmstb", 32);
        File.CreateSymbolicLink(folder.At("gpiochip4"), folder.At("gpiochip0"));

        Assert.Equal(["gpiochip0", "gpiochip10"], GpioDevice.All(folder.Path, out _, Ask).Select(static device => device.Name));
        Assert.Equal((0, 0), (Find("pinctrl-rp1").Number, Find("gpiochip4").Number));
        Assert.Equal("gpiochip0", Find("gpiochip4").Name);
    }

    [Fact]
    public void A_node_that_cannot_be_opened_hides_no_other_and_is_named_where_a_chip_is_missed()
    {
        Directory.CreateDirectory(folder.At("gpiochip1"));
        File.CreateSymbolicLink(folder.At("gpiochip2"), folder.At("nowhere"));
        File.WriteAllText(folder.At("gpiochip3"), "no chip");
        File.WriteAllText(folder.At("gpiochip-sim"), "gpiochip9\tother\t8");
        Plug(5, "pinctrl-rp1", 54);

        var devices = GpioDevice.All(folder.Path, out var closed, Ask);

        Assert.Equal([5], devices.Select(static device => device.Number));
        Assert.Equal([folder.At("gpiochip1"), folder.At("gpiochip2")], closed);
        Assert.Equal(5, Find("pinctrl-rp1").Number);
        Assert.EndsWith(
            $"{folder.At("gpiochip1")}, {folder.At("gpiochip2")} cannot be opened: the group gpio needs the right to.",
            Assert.Throws<IOException>(() => Find("gpiochip1")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static GpioDevice? Ask(SafeFileHandle file)
    {
        Span<byte> content = stackalloc byte[64];
        var fields = System.Text.Encoding.ASCII.GetString(content[..RandomAccess.Read(file, content, 0)]).Split('\t');
        return fields is [var name, var label, var lines] ? new GpioDevice(name, label, int.Parse(lines, CultureInfo.InvariantCulture)) : null;
    }

    private void Plug(int number, string label, int lines) => File.WriteAllText(folder.At($"gpiochip{number}"), $"gpiochip{number}\t{label}\t{lines}");

    private GpioDevice Find(string name)
    {
        var devices = GpioDevice.All(folder.Path, out var closed, Ask);
        return Chip.Find(name, devices, closed);
    }
}
