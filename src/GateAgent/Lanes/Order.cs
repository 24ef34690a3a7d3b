using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>What the loop does for a step. A closed set, carried out in the order given: relay, lamp, sound, then the rest.</summary>
internal abstract record Order
{
    private Order()
    {
    }

    /// <summary>Drive the relay; a timer posts <see cref="LaneEvent.PulseEnded"/>.</summary>
    internal sealed record Open : Order;

    /// <summary>Let the relay rest.</summary>
    internal sealed record Rest : Order;

    /// <summary>Show and sound a signal; a timer posts <see cref="LaneEvent.SignalEnded"/> unless it is idle.</summary>
    internal sealed record Show(Signal Signal, Reference Reference) : Order;

    /// <summary>Go on showing the answer of a code that is still held there. It sounds only where it had gone out: a camera
    /// sees a held code fifteen times a second.</summary>
    internal sealed record ShowOn(Signal Signal, Reference Reference) : Order;

    /// <summary>Judge the waiting presentation; a timer posts <see cref="LaneEvent.DeadlinePassed"/>.</summary>
    internal sealed record Judge(long Ticket, Evidence Earlier) : Order;

    /// <summary>Write the passage down.</summary>
    internal sealed record Record(Verdict Verdict, Signal Signal, bool IsOpened) : Order;
}
