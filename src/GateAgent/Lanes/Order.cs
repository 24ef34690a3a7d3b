using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What the loop does for a step. A closed set, carried out in the order given: relay, lamp, sound, then the rest.</summary>
internal abstract record Order
{
    private Order()
    {
    }

    /// <summary>Drive the relay, or let it rest.</summary>
    internal sealed record Relay(bool IsDriven) : Order;

    /// <summary>Close the permit contact, or open it.</summary>
    internal sealed record Permit(bool IsClosed) : Order;

    /// <summary>Show and sound a signal; to a family, whose turn it is: <c>2 of 4</c>. Alone is 0 of 0.</summary>
    internal sealed record Show(Signal Signal, Reference Reference, int Member = 0, int People = 0) : Order;

    /// <summary>Go on showing the answer of a code that is still held there. It sounds only where it had gone out: a camera
    /// sees a held code fifteen times a second.</summary>
    internal sealed record ShowOn(Signal Signal, Reference Reference) : Order;

    /// <summary>Judge the waiting presentation.</summary>
    internal sealed record Judge(long Ticket, Evidence Earlier) : Order;

    /// <summary>Forget what was judged last: it was no credential, and a pass is being shown. Shown again, it is judged again.</summary>
    internal sealed record Disregard : Order;

    /// <summary>Write the passage down.</summary>
    internal sealed record Record(Verdict Verdict, Signal Signal, bool IsOpened, int People) : Order;

    /// <summary>Write down what became of an admitted passage, and how many of its people were seen to pass.</summary>
    internal sealed record Settle(long Sequence, Settlement Settlement, int Passed) : Order;

    /// <summary>Write an incident down.</summary>
    internal sealed record Note(Incident Incident, string By = "") : Order;

    /// <summary>Start a clock anew.</summary>
    internal sealed record Start(LaneTimer Timer, TimeSpan Length) : Order;

    /// <summary>Stop a clock.</summary>
    internal sealed record Stop(LaneTimer Timer) : Order;
}
