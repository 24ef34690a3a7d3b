using System.Text;
using GateAgent.Lanes;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>docs/lane.md shows the table as the code has it. <c>GATE_WRITE_DOCS=1</c> writes it anew.</summary>
public sealed class LanePictureTests
{
    private const string Begin = "<!-- drawn from LaneStep: ./dev draw -->";

    [Fact]
    public void The_table_in_the_documents_is_that_of_the_code()
    {
        var path = Find("docs/lane.md");
        var text = File.ReadAllText(path);
        var drawn = text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n\n" + Draw();
        if (Environment.GetEnvironmentVariable("GATE_WRITE_DOCS") == "1") File.WriteAllText(path, drawn);

        Assert.Equal(drawn, File.ReadAllText(path));
    }

    private static string Draw()
    {
        var text = new StringBuilder();
        foreach (var kind in (LaneKind[])[LaneKind.Turnstile, LaneKind.Door, LaneKind.FreeFlow, LaneKind.Attended])
        {
            var plan = new LanePlan
            {
                Kind = kind,
                Wired = Enum.GetValues<LaneInputs>().Aggregate(static (all, one) => all | one) & ~(kind == LaneKind.Door ? LaneInputs.Passage : LaneInputs.None),
            };
            text.Append("## ").Append(kind).Append("\n\n| Event | Idle | Judging | Open | Showing |\n|---|---|---|---|---|\n");
            foreach (var happened in LaneExplorer.Events)
            {
                var cells = Enum.GetValues<LanePhase>().Select(phase => Cell(State(phase, happened, plan), happened, plan)).ToList();
                if (cells.TrueForAll(static cell => cell == "–")) continue;
                text.Append("| ").Append(LaneExplorer.Name(happened)).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    // An admitted person stands in the open lane; an input that is released was active; a mode that ends was set.
    private static LaneState State(LanePhase phase, LaneEvent happened, LanePlan plan) => LaneState.AtRest with
    {
        Phase = phase,
        Ticket = LaneExplorer.Ticket,
        Signal = happened is LaneEvent.LinesChanged { AreHeld: true } && phase is LanePhase.Idle ? Signal.OutOfOrder
            : phase is LanePhase.Open ? Signal.Pass : phase is LanePhase.Showing ? Signal.Refused : Signal.Idle,
        IsBarring = phase is LanePhase.Showing,
        Passing = phase is LanePhase.Open ? LaneExplorer.Sequence : 0,
        LacksLines = happened is LaneEvent.LinesChanged { AreHeld: true },
        IsExiting = happened is LaneEvent.TimeUp { Timer: LaneTimer.Exit },
        Mode = happened is LaneEvent.TimeUp { Timer: LaneTimer.Mode } ? LaneMode.Locked : LaneMode.Normal,
        Inputs = happened switch
        {
            LaneEvent.InputChanged { IsActive: false } changed => changed.Input,
            LaneEvent.TimeUp { Timer: LaneTimer.Held } => LaneInputs.DoorContact,
            LaneEvent.TimeUp { Timer: LaneTimer.Feedback } => plan.Kind == LaneKind.Attended ? LaneInputs.RelayFeedback : LaneInputs.None,
            _ => LaneInputs.None,
        },
    };

    private static string Cell(LaneState state, LaneEvent happened, LanePlan plan)
    {
        if (state.Phase == LanePhase.Open && !plan.HasBarrier) return "–";
        var step = LaneStep.Next(state, happened, plan, LaneExplorer.Sequence);
        var orders = string.Join(", ", step.Orders.Select(Name).OfType<string>());
        var phase = step.State.Phase == state.Phase ? string.Empty : $"→ {step.State.Phase}";
        return (phase + (phase.Length > 0 && orders.Length > 0 ? ": " : string.Empty) + orders) is { Length: > 0 } cell ? cell : "–";
    }

    // Clocks are left out: the picture is of what people and contacts see.
    private static string? Name(Order order) => order switch
    {
        Order.Relay relay => relay.IsDriven ? "relay on" : "relay off",
        Order.Permit permit => permit.IsClosed ? "permit" : "no permit",
        Order.Show show => $"show {show.Signal}",
        Order.ShowOn show => $"go on showing {show.Signal}",
        Order.Judge => "judge",
        Order.Record => "record",
        Order.Settle settle => $"settle as {settle.Settlement}",
        Order.Note note => $"note {note.Incident}",
        _ => null,
    };

    private static string Find(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gate.slnx"))) folder = folder.Parent;
        Assert.SkipWhen(folder is null, "The documents are not beside these tests.");
        return Path.Combine(folder!.FullName, path);
    }
}
