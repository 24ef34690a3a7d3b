using GateAgent.Configuration;

namespace GateCtl;

/// <summary>The doctor's looks, one a method. Reading only; a file that cannot be read is a finding.</summary>
internal static class Examination
{
    private const int FileMax = 64 * 1024;
    private const string PcscPolicy = "usr/share/polkit-1/actions/org.debian.pcsc-lite.policy";
    private const string PcscRule = "usr/share/polkit-1/rules.d/60-gate-agent.rules";
    private static readonly string[] BootConfigs = ["boot/firmware/config.txt", "boot/config.txt"];
    private static readonly string[] LibraryFolders =
        ["usr/lib/aarch64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/lib/arm-linux-gnueabihf", "usr/lib", "lib", "usr/local/lib"];

    /// <summary>Every look.</summary>
    /// <param name="root">The system's root.</param>
    /// <param name="configPath">agent.json.</param>
    public static IReadOnlyList<Finding> Of(string root, string configPath)
    {
        var gpio = new GpioExamination(root);
        var (config, faults) = ConfigReader.Look(configPath, gpio.DeviceOf);
        List<Finding> findings = [Board(root), .. Config(configPath, faults)];
        if (config is not null) findings.AddRange(gpio.Of(config, faults));
        return
        [
            .. findings, Library(root, "libgpiod.so.3", "libgpiod.so.2", "GPIO", "libgpiod3, or libgpiod2 on Debian 12"),
            Library(root, "libzbar.so.0", "libZXing.so.3", "QR decoder", "libzbar0"), Clock(root), Floor(root, config?.Floor),
            .. Cards(root, config?.Readers ?? []), .. Devices(root, config?.Readers ?? []),
        ];
    }

    // Kernel threads 6117 and 6150: without it a line keeps its level after its owner has died, and a relay stays driven.
    private static Finding Board(string root)
    {
        const string Subject = "board";
        var model = ReadText(Path.Combine(root, "proc/device-tree/model"))?.TrimEnd('\0', '\n');
        if (model is null || !model.Contains("Raspberry Pi", StringComparison.Ordinal))
            return new Finding(Subject, IsWell: true, model ?? "no Raspberry Pi", string.Empty);
        foreach (var path in BootConfigs)
        {
            if (ReadText(Path.Combine(root, path)) is not { } text) continue;
            return HasStrictGpio(text)
                ? new Finding(Subject, IsWell: true, $"{model}, strict_gpiod", string.Empty)
                : new Finding(Subject, IsWell: false, $"{model} without strict_gpiod: a relay stays driven when the agent dies", $"Write dtparam=strict_gpiod at the end of /{path}, then restart");
        }

        return new Finding(Subject, IsWell: false, $"{model}, and its config.txt cannot be read", "Run as root, or name the card with --root");
    }

    // A line counts under [all] or before any section: a section for another board would not be read.
    private static bool HasStrictGpio(string text)
    {
        var isForAll = true;
        var isStrict = false;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Split('#')[0].Trim();
            if (line.StartsWith('[')) isForAll = line == "[all]";
            if (!isForAll || !line.StartsWith("dtparam=", StringComparison.Ordinal)) continue;
            foreach (var parameter in line["dtparam=".Length..].Split(','))
            {
                if (parameter.Trim() is "strict_gpiod" or "strict_gpiod=on" or "strict_gpiod=true") isStrict = true;
                else if (parameter.Trim() is "strict_gpiod=off" or "strict_gpiod=false") isStrict = false;
            }
        }

        return isStrict;
    }

    // What is one lane's is told with it.
    private static IEnumerable<Finding> Config(string path, IReadOnlyList<ConfigFault> faults)
    {
        var wrong = faults.Where(static fault => fault.Lane is null).ToList();
        foreach (var (at, found, remedy) in wrong) yield return new Finding("configuration", IsWell: false, at == path ? $"{at}: {found}" : $"{path}: {at}: {found}", remedy);
        if (wrong.Count == 0) yield return new Finding("configuration", IsWell: true, path, string.Empty);
    }

    private static Finding Library(string root, string first, string second, string subject, string package)
    {
        foreach (var name in (string[])[first, second])
        {
            if (LibraryFolders.Any(folder => File.Exists(Path.Combine(root, folder, name))))
                return new Finding(subject, IsWell: true, name, string.Empty);
        }

        return new Finding(subject, IsWell: false, $"neither {first} nor {second}", $"Install {package}");
    }

    private static Finding Clock(string root) =>
        File.Exists(Path.Combine(root, "run/systemd/timesync/synchronized")) || File.Exists(Path.Combine(root, "dev/rtc0"))
            ? new Finding("clock", IsWell: true, "set by the network, or kept by a battery", string.Empty)
            : new Finding("clock", IsWell: false, "neither set by the network nor kept by a battery: documents will be in doubt", "Fit a clock with a battery, or let systemd-timesyncd reach its server");

    // Without a word about it the agent uses memory beside its control socket.
    private static Finding Floor(string root, BoardConfig? floor)
    {
        const string Subject = "version floor";
        if (floor?.Kind == "none")
        {
            return new Finding(
                Subject, IsWell: false, "none: after each start the clock is in doubt until a newer timestamp comes", "Fit a TPM and write floor.kind tpm, or write memory");
        }

        if (floor?.Kind != "tpm")
            return new Finding(Subject, IsWell: true, "memory: after a power cut in doubt until a newer timestamp comes, and the device key lies in a file", string.Empty);
        var library = Library(root, "libtss2-esys.so.0", "libtss2-tctildr.so.0", Subject, "libtss2-esys-3.0.2-0 and libtss2-tcti-device0 (with t64 at their end on Debian 13)");
        if (!library.IsWell) return library;
        var at = floor.At ?? BoardConfig.DefaultTpm;
        if (at.StartsWith("swtpm:", StringComparison.Ordinal))
            return new Finding(Subject, IsWell: false, $"{at}: a TPM in software, whose memory is a file", "Write device: and the path of the board's TPM");
        var device = at[(at.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return File.Exists(Path.Combine(root, device.TrimStart('/')))
            ? new Finding(Subject, IsWell: true, $"TPM at {device}", string.Empty)
            : new Finding(Subject, IsWell: false, $"there is no {device}", "Fit the TPM and name its overlay in config.txt, such as dtoverlay=tpm-slb9670");
    }

    private static IEnumerable<Finding> Cards(string root, IReadOnlyList<ReaderEntry> readers)
    {
        if (!readers.Any(static reader => reader.Kind == "pcsc")) yield break;
        if (!File.Exists(Path.Combine(root, "run/pcscd/pcscd.comm")))
            yield return new Finding("pcscd", IsWell: false, "does not listen", "Install pcscd and start its socket: systemctl enable --now pcscd.socket");
        else if (File.Exists(Path.Combine(root, PcscPolicy)) && !File.Exists(Path.Combine(root, PcscRule)))
            yield return new Finding("pcscd", IsWell: false, "asks polkit, which lets gate-agent use no reader", $"Put deploy/polkit/60-gate-agent.rules at /{PcscRule}");
        else
            yield return new Finding("pcscd", IsWell: true, "listens", string.Empty);
    }

    private static IEnumerable<Finding> Devices(string root, IReadOnlyList<ReaderEntry> readers)
    {
        foreach (var reader in readers)
        {
            if (reader is not { Kind: "serial", Path: { Length: > 0 } path }) continue;
            yield return File.Exists(Path.Combine(root, path.TrimStart('/')))
                ? new Finding("scanner", IsWell: true, $"{reader.Name} at {path}", string.Empty)
                : new Finding("scanner", IsWell: false, $"{reader.Name}: there is no {path}", "Plug it in, or correct its path in agent.json");
        }
    }

    // Files of /proc have no length of their own, so the limit is on what is read.
    private static string? ReadText(string path)
    {
        try
        {
            using var file = new StreamReader(path);
            var buffer = new char[FileMax];
            var length = file.ReadBlock(buffer);
            return length < FileMax ? new string(buffer, 0, length) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
