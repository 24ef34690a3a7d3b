using PowerCut.Subjects;
using Simulate;

namespace PowerCut;

/// <summary>Lets all subjects write to one disk at the same time.</summary>
internal static class Worker
{
    /// <summary>All subjects.</summary>
    public static IReadOnlyList<Subject> Subjects { get; } =
        [new JournalSubject(), new SnapshotSubject(), new ListSubject(), new FloorSubject(), new FileSubject(), new IdentitySubject()];

    /// <summary>Works for a while.</summary>
    /// <param name="folder">The harness's folder of this disk.</param>
    /// <param name="seed">Chance follows from it.</param>
    /// <param name="length">For how long.</param>
    public static async Task WorkAsync(string folder, ulong seed, TimeSpan length)
    {
        using var log = new BlockLog(Path.Combine(folder, "log.img"));
        using var ledger = new Ledger(LedgerOf(folder), log);
        using var ending = new CancellationTokenSource(length, TimeProvider.System);
        await Task.WhenAll(Subjects.Select((subject, index) => Task.Run(
            () => subject.WorkAsync(
                new Workplace(Path.Combine(folder, "disk", subject.Name), MaterialsOf(folder, subject), ledger, new Dice(seed + (ulong)index)),
                ending.Token))));
    }

    /// <summary>Where the ledger of a disk lies.</summary>
    public static string LedgerOf(string folder) => Path.Combine(folder, "ledger");

    /// <summary>Where a subject's materials lie.</summary>
    public static string MaterialsOf(string folder, Subject subject) => Path.Combine(folder, "materials", subject.Name);
}
