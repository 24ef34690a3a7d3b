using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GateAgent.Actuation;

/// <summary>
/// One channel of the kernel's PWM interface, by its files (Documentation/ABI/testing/sysfs-class-pwm in the kernel's source).
/// What the kernel asks for, in the order kept here:
/// <list type="number">
/// <item>A channel is there once its number was written to <c>export</c>. Another program, or this one before it was
/// killed, may have done so: then it is taken over.</item>
/// <item>A channel that is taken over may sound: it is switched off first.</item>
/// <item>Before a channel has its first period most kernels take nothing else, not even that it is off: it is.</item>
/// <item>A duty cycle is never longer than the period, so it is nothing while the period changes.</item>
/// <item>Switched on last.</item>
/// <item>On dispose: switched off, then given back by <c>unexport</c>.</item>
/// </list>
/// Lengths are nanoseconds. One thread at a time.
/// </summary>
internal sealed class KernelPwm : IDisposable
{
    /// <summary>Where the kernel keeps its PWM chips.</summary>
    public const string KernelRoot = "/sys/class/pwm";

    /// <summary>How long udev may take to give a new channel to the agent's group.</summary>
    public static readonly TimeSpan PermissionWithin = TimeSpan.FromSeconds(1);

    private const int NanosecondsPerSecond = 1_000_000_000;
    private static readonly string[] Attributes = ["period", "duty_cycle", "enable"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private readonly string chip;
    private readonly string channel;
    private readonly int number;
    private readonly Action<string, int> write;
    private bool hasPeriod;

    private KernelPwm(string chip, int number, Action<string, int> write)
    {
        this.chip = chip;
        this.number = number;
        this.write = write;
        channel = Path.Combine(chip, string.Create(CultureInfo.InvariantCulture, $"pwm{number}"));
    }

    /// <summary>Takes a channel; it is silent then.</summary>
    /// <param name="chip">N of <c>pwmchipN</c>.</param>
    /// <param name="channel">The channel on it.</param>
    /// <param name="patience">How long to wait until the channel may be written: not at all in a lane's loop.</param>
    /// <param name="root">The folder of the chips.</param>
    /// <param name="write">Writes a number into an attribute; <see cref="Write"/> unless a test stands between.</param>
    /// <exception cref="IOException">There is no such chip or channel, another driver has it, or it may not be written.</exception>
    public static KernelPwm Open(int chip, int channel, TimeSpan patience, string root = KernelRoot, Action<string, int>? write = null)
    {
        var folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"pwmchip{chip}"));
        if (!Directory.Exists(folder)) throw new IOException($"There is no {folder}: enable the PWM overlay of the board, or correct buzzerPwm.chip.");
        var pwm = new KernelPwm(folder, channel, write ?? Write);
        var count = Read(Path.Combine(folder, "npwm"));
        if (channel >= count) throw new IOException($"{folder} has {count} channels: correct buzzerPwm.channel {channel}.");
        if (!Directory.Exists(pwm.channel)) pwm.write(Path.Combine(folder, "export"), channel);
        pwm.AwaitPermission(patience);
        pwm.hasPeriod = Read(Path.Combine(pwm.channel, "period")) != 0;
        if (Read(Path.Combine(pwm.channel, "enable")) != 0) pwm.Silence();
        return pwm;
    }

    /// <summary>Sounds at a pitch of 1 Hz or more.</summary>
    /// <exception cref="IOException">The channel does not take it, or is gone.</exception>
    public void Sound(int hertz)
    {
        var period = NanosecondsPerSecond / hertz;
        if (hasPeriod) Set("duty_cycle", 0);
        Set("period", period);
        hasPeriod = true;
        Set("duty_cycle", period / 2);
        Set("enable", 1);
    }

    /// <summary>Is silent.</summary>
    /// <exception cref="IOException">The channel is gone.</exception>
    public void Silence()
    {
        if (hasPeriod) Set("enable", 0);
    }

    /// <summary>Silent, and given back. A channel that is gone is silent already.</summary>
    public void Dispose()
    {
        try
        {
            Silence();
            write(Path.Combine(chip, "unexport"), number);
        }
        catch (IOException)
        {
            // Nothing is left to switch off.
        }
    }

    // No number is none: what cannot be read is not used.
    private static int Read(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var value) ? value : 0;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path} may not be read: {refused.Message}", refused);
        }
    }

    // The kernel makes the channel's files for root alone; udev gives them to a group a moment later.
    private void AwaitPermission(TimeSpan patience)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                foreach (var name in Attributes)
                {
                    using var file = OpenForWriting(Path.Combine(channel, name));
                }

                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(begin) < patience)
            {
                Thread.CurrentThread.Join(LookEvery);
            }
        }
    }

    private void Set(string name, int value) => write(Path.Combine(channel, name), value);

    /// <summary>Writes a number into an attribute, in one write; the file is never made by it, for one that is not there is a
    /// channel that is not there.</summary>
    /// <exception cref="IOException">It is not there, may not be written, or does not take the number.</exception>
    public static void Write(string path, int value)
    {
        try
        {
            using var file = OpenForWriting(path);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)), 0);
        }
        catch (IOException refused)
        {
            throw new IOException($"{path} does not take {value}: {refused.Message}", refused);
        }
    }

    private static SafeFileHandle OpenForWriting(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path} may not be written: {refused.Message}", refused);
        }
    }
}
