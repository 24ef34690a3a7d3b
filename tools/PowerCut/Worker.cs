using PowerCut.Subjects;
using Simulate;

namespace PowerCut;

/// <summary>
/// Lets all subjects write to one disk at the same time, for a while and until each has something to lose: how far they get
/// in a while is the machine's affair, and a subject that has acknowledged nothing shows nothing.
/// </summary>
internal static class Worker
{
    private const int AcknowledgedLeast = 3;
    private const int LongerAtMost = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>All subjects.</summary>
    public static IReadOnlyList<Subject> Subjects { get; } =
        [new JournalSubject(), new SnapshotSubject(), new ListSubject(), new FloorSubject(), new FileSubject(), new IdentitySubject()];

    /// <summary>Works for a while.</summary>
    /// <param name="folder">The harness's folder of this disk.</param>
    /// <param name="seed">Chance follows from it.</param>
    /// <param name="length">For how long at least.</param>
    /// <exception cref="HarnessException">A subject got nowhere in twenty times as long.</exception>
    public static async Task WorkAsync(string folder, ulong seed, TimeSpan length)
    {
        using var log = new BlockLog(Path.Combine(folder, "log.img"));
        using var ledger = new Ledger(LedgerOf(folder), log);
        using var ending = new CancellationTokenSource(length * LongerAtMost, TimeProvider.System);
        var working = Task.WhenAll(Subjects.Select((subject, index) => Task.Run(
            () => subject.WorkAsync(
                new Workplace(Path.Combine(folder, "disk", subject.Name), MaterialsOf(folder, subject), ledger, new Dice(seed + (ulong)index)),
                ending.Token))));
        await Task.WhenAny(working, Task.Delay(length, TimeProvider.System, CancellationToken.None));
        while (!working.IsCompleted && !ending.IsCancellationRequested && !HaveAllGotSomewhere(ledger))
            await Task.WhenAny(working, Task.Delay(LookEvery, TimeProvider.System, CancellationToken.None));
        await ending.CancelAsync();
        await working;
        if (!HaveAllGotSomewhere(ledger)) throw new HarnessException("A subject got nowhere: the machine is too slow or too busy.");
    }

    private static bool HaveAllGotSomewhere(Ledger ledger) =>
        Subjects.All(subject => subject.Counters.Sum(ledger.AcknowledgedOf) >= AcknowledgedLeast);

    /// <summary>Where the ledger of a disk lies.</summary>
    public static string LedgerOf(string folder) => Path.Combine(folder, "ledger");

    /// <summary>Where a subject's materials lie.</summary>
    public static string MaterialsOf(string folder, Subject subject) => Path.Combine(folder, "materials", subject.Name);
}
