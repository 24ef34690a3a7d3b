using Verifier.AllowList;

namespace Verifier.Verdicts;

/// <summary>A verdict, and what the lane keeps of it for the next presentation.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Evidence">What to pass to the next judgement of this lane within <see cref="Evidence.KeptFor"/>.</param>
public sealed record Judgement(Verdict Verdict, Evidence Evidence)
{
    /// <summary>How many people the verdict is for: 1, or a family of 2 to 7, who are admitted together or not at all.</summary>
    public int People { get; init; } = 1;

    /// <summary>True when the holder's own code asks for more time to pass.</summary>
    public bool IsAssisted { get; init; }

    /// <summary>The holder's keyed pseudonym, for as long as a repeat matters; the default where none is known.</summary>
    public SubjectKey Person { get; init; }

    /// <summary>The keyed pseudonym of who showed it: the holder of a code or card, the staff member of a badge. The default where
    /// none is known. Somebody who was just admitted and shows another text is told from the next one by it.</summary>
    public SubjectKey Holder { get; init; }

    /// <summary>False where what was shown is no credential at all: damaged bytes, another kind of code, a random UID.</summary>
    public bool IsCredential { get; init; } = true;

    /// <summary>Shows the verdict alone.</summary>
    public override string ToString() => Verdict.ToString();
}

/// <summary>
/// What was shown before: a negative report that awaits its health code, or a health code that awaits a report.
/// Opaque to the lane, which only keeps it or drops it. Holds personal data: prints nothing.
/// </summary>
public sealed class Evidence
{
    /// <summary>How long a lane may keep evidence.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);

    /// <summary>Nothing was shown before.</summary>
    public static Evidence None { get; } = new(default, null, null);

    internal Evidence(SubjectKey subject, DateTimeOffset? reportSampledAt, ListValue? standing)
    {
        Subject = subject;
        ReportSampledAt = reportSampledAt;
        Standing = standing;
    }

    internal SubjectKey Subject { get; }

    internal DateTimeOffset? ReportSampledAt { get; }

    internal ListValue? Standing { get; }

    /// <summary>True when there is nothing to keep.</summary>
    public bool IsNone => ReferenceEquals(this, None);

    /// <summary>Shows nothing.</summary>
    public override string ToString() => nameof(Evidence);
}
