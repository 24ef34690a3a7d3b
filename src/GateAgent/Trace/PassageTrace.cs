using LocalApi;
using GateAgent.Journal;

namespace GateAgent.Trace;

/// <summary>What the passages of one lane took since the agent's start: a histogram of each stage, and the last passages one by
/// one. The lane's loop adds, any thread reads.</summary>
internal sealed class PassageTrace
{
    /// <summary>How many passages are kept one by one.</summary>
    public const int RecentMax = 64;

    private static readonly Stage[] Stages = Enum.GetValues<Stage>();
    private readonly Histogram[] histograms = [.. Stages.Select(static _ => new Histogram())];
    private readonly Lock recentLock = new();

    // Guarded by recentLock.
    private readonly Queue<(long Sequence, StageTimes Times)> recent = new(RecentMax);

    /// <summary>Adds a passage.</summary>
    public void Add(long sequence, StageTimes times)
    {
        foreach (var stage in Stages) histograms[(int)stage].Add(times[stage]);
        lock (recentLock)
        {
            if (recent.Count == RecentMax) recent.Dequeue();
            recent.Enqueue((sequence, times));
        }
    }

    /// <summary>As it is told over the control socket.</summary>
    public LaneTrace Read(string lane)
    {
        IReadOnlyList<TracedPassage> passages;
        lock (recentLock)
        {
            passages = [.. recent.Reverse().Select(static one => new TracedPassage(one.Sequence, [.. Stages.Select(stage => one.Times[stage])]))];
        }

        return new LaneTrace(lane, [.. Stages.Select(ReadStage)], passages);
    }

    private StageTrace ReadStage(Stage stage)
    {
        var histogram = histograms[(int)stage];
        return new StageTrace(
            PassageEvents.Word(stage), histogram.Count, histogram.Quantile(0.5), histogram.Quantile(0.9), histogram.Quantile(0.99), histogram.Longest);
    }
}
