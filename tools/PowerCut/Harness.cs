using System.Diagnostics;
using System.Globalization;
using PowerCut.Subjects;
using Simulate;

namespace PowerCut;

/// <summary>What was found of one subject.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Acknowledged">Steps that it was told are on the disk.</param>
/// <param name="Counts">How many cuts ended in each <see cref="FindingKind"/>.</param>
/// <param name="Destroyed">Cuts after which something acknowledged could not be had any more: lost, or damaged with all that it held.</param>
/// <param name="Worst">What was found first of what is wrong; empty when nothing is.</param>
internal sealed record SubjectResult(string Subject, long Acknowledged, int[] Counts, int Destroyed, string Worst)
{
    /// <summary>Cuts with a finding of a kind.</summary>
    public int Of(FindingKind kind) => Counts[(int)kind];
}

/// <summary>One run: writing once on a logged disk, then cut after cut from its log.</summary>
/// <param name="Requests">Requests the disk completed.</param>
/// <param name="Flushes">Flushes among them.</param>
/// <param name="Bytes">Bytes that were written.</param>
/// <param name="Subjects">What was found.</param>
internal sealed record RunResult(int Requests, int Flushes, long Bytes, IReadOnlyList<SubjectResult> Subjects);

/// <summary>Runs the worker on a logged disk and checks it after cuts.</summary>
internal sealed class Harness
{
    private readonly string folder;
    private readonly ulong seed;
    private readonly Action<string> tell;

    /// <summary>A harness in a folder.</summary>
    public Harness(string folder, ulong seed, Action<string> tell)
    {
        this.folder = folder;
        this.seed = seed;
        this.tell = tell;
    }

    /// <summary>One run.</summary>
    /// <param name="name">A folder of its own.</param>
    /// <param name="length">How long the worker writes.</param>
    /// <param name="cuts">How many cuts.</param>
    /// <param name="withSync">False for the control.</param>
    /// <exception cref="HarnessException">The harness failed.</exception>
    public async Task<RunResult> RunAsync(string name, TimeSpan length, int cuts, bool withSync)
    {
        var place = Path.Combine(folder, name);
        Directory.CreateDirectory(place);
        await using var disk = await LoggedDisk.MountAsync(place);
        await WorkAsync(place, length, withSync);

        // What is written when the file system is taken away belongs to no cut.
        using var log = new BlockLog(disk.LogFile);
        var entries = log.ReadEntries();
        await disk.DisposeAsync();
        tell($"{name}: {entries.Count:N0} requests in {length.TotalSeconds:0} s; {cuts} cuts");
        return await CheckAsync(place, disk.EmptyImage, log, entries, cuts);
    }

    private async Task WorkAsync(string place, TimeSpan length, bool withSync)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(Harness).Assembly.Location);
        string[] arguments =
        [
            "work", "--folder", place, "--seed", seed.ToString(CultureInfo.InvariantCulture),
            "--seconds", length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in withSync ? arguments : [.. arguments, "--without-sync"]) start.ArgumentList.Add(argument);
        using var worker = Process.Start(start) ?? throw new HarnessException("The worker does not start.");
        var errors = await worker.StandardError.ReadToEndAsync();
        await worker.WaitForExitAsync();
        if (worker.ExitCode != 0) throw new HarnessException($"The worker ended with {worker.ExitCode}: {errors}");
    }

    private async Task<RunResult> CheckAsync(string place, string empty, BlockLog log, IReadOnlyList<BlockEntry> entries, int cuts)
    {
        var dice = new Dice(seed);
        var lines = Ledger.Read(Worker.LedgerOf(place));
        using var cutter = new DiskCutter(log, entries, empty, dice);
        var counts = Worker.Subjects.ToDictionary(static subject => subject, static _ => new int[4]);
        var destroyed = Worker.Subjects.ToDictionary(static subject => subject, static _ => 0);
        var worst = Worker.Subjects.ToDictionary(static subject => subject, static _ => string.Empty);
        var chosen = DiskCutter.Choose(entries, (int)lines[0].Requests, cuts, dice);
        for (var index = 0; index < chosen.Count; index++)
        {
            var ledger = new LedgerAtCut(lines, chosen[index].Requests);
            foreach (var (subject, finding) in await CheckAsync(place, cutter, chosen[index], ledger))
            {
                counts[subject][(int)finding.Kind]++;

                // A file that is damaged is as gone as one that is not there.
                if (finding.Kind != FindingKind.Kept && subject.Counters.Any(counter => ledger.Of(counter).Least > 0)) destroyed[subject]++;
                if (worst[subject].Length == 0 && finding.Kind != FindingKind.Kept)
                    worst[subject] = $"{finding.Kind} after {chosen[index].Requests} requests ({chosen[index].Kind}): {finding.Text}";
            }

            if ((index + 1) % 250 == 0) tell($"{index + 1} cuts");
        }

        return new RunResult(
            entries.Count,
            entries.Count(static entry => entry.Flags.HasFlag(BlockFlags.Flush)),
            entries.Where(static entry => entry.IsWrite).Sum(static entry => (long)entry.Size),
            [
                .. Worker.Subjects.Select(subject => new SubjectResult(
                    subject.Name, lines.Count(line => line.IsDone && subject.Counters.Contains(line.Subject)), counts[subject], destroyed[subject], worst[subject])),
            ]);
    }

    private static async Task<IReadOnlyList<(Subject Subject, Finding Finding)>> CheckAsync(
        string place, DiskCutter cutter, Cut cut, LedgerAtCut ledger)
    {
        var image = Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"cut-{cut.Requests}-{cut.Kind}.img"));
        var mountPoint = Path.Combine(place, "cut");
        Directory.CreateDirectory(mountPoint);
        await cutter.MakeAsync(cut, image);
        try
        {
            var (code, errors) = await Tools.TryRunAsync("mount", "-t", "ext4", "-o", LoggedDisk.MountOptions, image, mountPoint);
            if (code != 0) return [.. Worker.Subjects.Select(subject => (subject, new Finding(FindingKind.Corrupt, $"the disk cannot be mounted: {errors}")))];
            var findings = new List<(Subject, Finding)>();
            foreach (var subject in Worker.Subjects)
            {
                var at = new CutPlace(Path.Combine(mountPoint, subject.Name), Worker.MaterialsOf(place, subject), ledger);
                findings.Add((subject, await subject.CheckAsync(at)));
            }

            return findings;
        }
        finally
        {
            await UnmountAsync(mountPoint);
            File.Delete(image);
        }
    }

    private static async Task UnmountAsync(string mountPoint)
    {
        // Whoever left a file open keeps the mount until it is collected; the namespace ends with all of them.
        if (await Tools.TryRunAsync("umount", mountPoint) is { Code: not 0 }) await Tools.TryRunAsync("umount", "--lazy", mountPoint);
    }
}
