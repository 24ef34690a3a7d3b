using Simulate;

namespace PowerCut.Subjects;

/// <summary>What a check found after a cut. From the best to the worst.</summary>
internal enum FindingKind
{
    /// <summary>What was acknowledged is there, and the state is the old or the new one.</summary>
    Kept = 0,

    /// <summary>Something that was acknowledged is gone.</summary>
    Lost = 1,

    /// <summary>The state is neither the old nor the new one.</summary>
    Neither = 2,

    /// <summary>The product's own opening code cannot read it, or does not go on from it.</summary>
    Corrupt = 3,
}

/// <summary>What a check found.</summary>
/// <param name="Kind">How bad it is.</param>
/// <param name="Text">What is wrong; empty when nothing is.</param>
internal sealed record Finding(FindingKind Kind, string Text)
{
    /// <summary>Nothing is wrong.</summary>
    public static Finding Kept { get; } = new(FindingKind.Kept, string.Empty);

    /// <summary>Judges a number that was found by what may be there.</summary>
    public static Finding Of(string what, long number, Bounds bounds)
    {
        if (number < bounds.Least) return new Finding(FindingKind.Lost, $"{what} is {number}, {bounds.Least} was acknowledged");
        return number > bounds.Most ? new Finding(FindingKind.Neither, $"{what} is {number}, only {bounds.Most} had begun") : Kept;
    }
}

/// <summary>Where a subject works.</summary>
/// <param name="Folder">The subject's folder on the disk; made by the subject.</param>
/// <param name="Materials">A folder beside the disk for what comes from outside.</param>
/// <param name="Ledger">Takes what is begun and acknowledged.</param>
/// <param name="Dice">Chance.</param>
internal sealed record Workplace(string Folder, string Materials, Ledger Ledger, Dice Dice);

/// <summary>Where a subject is checked.</summary>
/// <param name="Folder">The subject's folder on the cut disk; it may not be there.</param>
/// <param name="Materials">The folder beside the disk.</param>
/// <param name="Ledger">What had happened at the cut.</param>
internal sealed record CutPlace(string Folder, string Materials, LedgerAtCut Ledger);

/// <summary>A part of the gate that writes to its disk, with the product's own classes, and how to tell what is left.</summary>
internal abstract class Subject
{
    /// <summary>Its name in the table.</summary>
    public abstract string Name { get; }

    /// <summary>What its steps are called in the ledger.</summary>
    public abstract IReadOnlyList<string> Counters { get; }

    /// <summary>Writes until it is told to stop.</summary>
    public abstract Task WorkAsync(Workplace place, CancellationToken stop);

    /// <summary>Opens what is left after a cut with the product's own code, and goes on from there.</summary>
    public abstract Task<Finding> CheckAsync(CutPlace place);
}
