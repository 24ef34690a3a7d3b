using System.Globalization;
using GateAgent.Actuation;

namespace GateAgent.Tests.Actuation;

/// <summary>
/// The kernel's side of its PWM interface: a chip's folder with the files that a real one has, and the rules by which the
/// strictest kernels take a write or refuse it (drivers/pwm/core.c and sysfs.c of Linux 6.6). What is written goes through the
/// agent's own writer into real files. Not shown here: that a piezo sounds, udev, and a driver that rounds a period.
/// </summary>
internal sealed class KernelPwmFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> writes = [];
    private readonly string chip;
    private bool isOccupied;

    /// <summary>A chip whose channels nobody has.</summary>
    public KernelPwmFolder(int chip, int channels)
    {
        this.chip = folder.At(string.Create(CultureInfo.InvariantCulture, $"pwmchip{chip}"));
        Directory.CreateDirectory(this.chip);
        File.WriteAllText(Path.Combine(this.chip, "export"), string.Empty);
        File.WriteAllText(Path.Combine(this.chip, "unexport"), string.Empty);
        Widen(channels);
    }

    /// <summary>Takes a channel of it.</summary>
    public KernelPwm Open(int number, int channel, TimeSpan patience = default) => KernelPwm.Open(number, channel, patience, folder.Path, Write);

    /// <summary>What was written and taken, in order.</summary>
    public IReadOnlyList<string> Writes() => writes;

    /// <summary>Whether a channel is exported.</summary>
    public bool IsExported(int channel) => Directory.Exists(At(channel));

    /// <summary>Another driver takes every channel.</summary>
    public void Occupy() => isOccupied = true;

    /// <summary>The chip has so many channels.</summary>
    public void Widen(int channels) => File.WriteAllText(Path.Combine(chip, "npwm"), $"{channels}\n");

    /// <summary>The chip is gone.</summary>
    public void Remove() => Directory.Delete(chip, recursive: true);

    /// <summary>A program was killed while this channel sounded.</summary>
    public void LeaveSounding(int channel)
    {
        Export(channel);
        File.WriteAllText(Path.Combine(At(channel), "period"), "1000000\n");
        File.WriteAllText(Path.Combine(At(channel), "duty_cycle"), "500000\n");
        File.WriteAllText(Path.Combine(At(channel), "enable"), "1\n");
    }

    /// <summary>The channel is there, and what switches it cannot be opened: udev has not come by yet.</summary>
    public void Forbid(int channel)
    {
        Export(channel);
        var path = Path.Combine(At(channel), "enable");
        File.Delete(path);
        Directory.CreateDirectory(path);
    }

    /// <summary>udev came by.</summary>
    public void Allow(int channel)
    {
        var path = Path.Combine(At(channel), "enable");
        Directory.Delete(path);
        File.WriteAllText(path, "0\n");
    }

    public void Dispose() => folder.Dispose();

    private string At(int channel) => Path.Combine(chip, string.Create(CultureInfo.InvariantCulture, $"pwm{channel}"));

    private void Export(int channel)
    {
        Directory.CreateDirectory(At(channel));
        foreach (var name in (string[])["period", "duty_cycle", "enable"]) File.WriteAllText(Path.Combine(At(channel), name), "0\n");
    }

    private void Write(string path, int value)
    {
        var name = Path.GetFileName(path);
        if (name == "export" && isOccupied) throw new IOException($"{path} does not take {value}: pwm{value} is busy.");
        if (name is not ("export" or "unexport") && File.Exists(path)) Refuse(Path.GetDirectoryName(path)!, name, value);
        KernelPwm.Write(path, value);
        writes.Add($"{Path.GetRelativePath(chip, path)} {value}");
        if (name == "export") Export(value);
        else if (name == "unexport") Directory.Delete(At(value), recursive: true);

        // An attribute is replaced as a whole, a file keeps what stood behind.
        else File.WriteAllText(path, $"{value}\n");
    }

    // What the kernel applies is the channel's whole state with the new value in it.
    private static void Refuse(string channel, string name, int value)
    {
        var (period, duty) = (name == "period" ? value : Value(channel, "period"), name == "duty_cycle" ? value : Value(channel, "duty_cycle"));
        if (period == 0 || duty > period) throw new IOException($"{name} does not take {value}: Invalid argument (period {period}, duty {duty}).");
    }

    private static int Value(string channel, string name) => int.Parse(File.ReadAllText(Path.Combine(channel, name)), CultureInfo.InvariantCulture);
}
