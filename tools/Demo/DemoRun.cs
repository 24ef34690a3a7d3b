using LocalApi;
using Province.People;

namespace Demo;

/// <summary>Sends the cast through the gate, one after another, and holds what happens against the expectations.</summary>
internal static class DemoRun
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    // After an answer: the lamps are on, the pulse is over, and a second answer would have come.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(Stage.PulseMs + 200);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the demo.</summary>
    /// <returns>0 when every outcome was as expected.</returns>
    public static async Task<int> RunAsync(string programs, string folder, long people, Fault fault, bool isStaying, CancellationToken stop)
    {
        try
        {
            var expectations = Expectation.Read(Path.Combine(AppContext.BaseDirectory, "expectations.tsv"));
            await using var stage = await Stage.OpenAsync(programs, folder, people, fault, Screen.Step, stop);
            stage.TamperPage(stage.Province.Cast["tampered-page"], expectations.Select(expected => expected.Role));
            Screen.Step("one bit in each half of a list page was flipped on the gate's own disk");
            var seen = await SendAsync(stage, expectations, fault, stop);
            Screen.Legend();
            var isRight = Screen.Table(expectations, seen) & await ReleaseAsync(stage, stop);
            if (isStaying) await StayAsync(stage, seen, stop);
            return isRight ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 1;
        }
        catch (Exception failed) when (failed is IOException or InvalidDataException or ControlException
            or System.ComponentModel.Win32Exception or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"demo: {failed.Message}");
            return 1;
        }
    }

    // The hardware opens on fire; what the software does beside it must open too, and rest when it is over.
    private static async Task<bool> ReleaseAsync(Stage stage, CancellationToken stop)
    {
        var isRight = true;
        foreach (var lane in Stage.Lanes.Where(static lane => lane.Relay is not null))
        {
            var took = await stage.ReleaseAsync(lane, stop);
            Screen.Release(lane.Name, took);
            isRight &= took is not null;
        }

        return isRight;
    }

    private static async Task<IReadOnlyList<Observation>> SendAsync(
        Stage stage, IReadOnlyList<Expectation> expectations, Fault fault, CancellationToken stop)
    {
        await using var watch = new PassageWatch(stage.Client);
        await Task.Delay(Settle, TimeProvider.System, stop);
        Screen.Head();
        var seen = new List<Observation>();
        foreach (var expected in expectations)
        {
            var member = stage.Province.Cast[expected.Role];
            var observed = await SendAsync(stage, member, expected, fault, watch, stop);
            seen.Add(observed);
            Screen.Row(expected, observed);
        }

        return seen;
    }

    private static async Task<Observation> SendAsync(
        Stage stage, CastMember member, Expectation expected, Fault fault, PassageWatch watch, CancellationToken stop)
    {
        var lane = Stage.Lanes.First(lane => lane.Name == expected.Lane);
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        var answers = new List<PassageEvent>();
        foreach (var text in Texts(member, fault))
        {
            if (expected.ShownTo == "camera") stage.ShowPicture(text);
            else stage.Scan(lane.Name, text);
            if (await watch.NextAsync(answers.Count == 0 ? AnswerWithin : Settle, stop) is { } answer) answers.Add(answer);
        }

        await using var card = expected.ShownTo == "card"
            ? await Stage.InsertCardAsync(member.CardFile?.ToArray(), member.CardUid?.ToArray() ?? [4, 1, 2, 3], stop)
            : null;
        if (card is not null && await watch.NextAsync(AnswerWithin, stop) is { } touched) answers.Add(touched);
        await Task.Delay(Settle, TimeProvider.System, stop);
        var lamps = Lamps(stage.Scope, lane);
        var pulses = lane.Relay is { } pin ? stage.Scope.Pulses(pin, since) : 0;
        while (watch.TryNext(out var unexpected)) answers.Add(unexpected!);
        await Task.Delay(Between, TimeProvider.System, stop);
        return answers is [.., var last]
            ? new Observation(last.Signal, last.Reason, lamps, pulses, answers.Count, last.Microseconds, last.Reference)
            : new Observation("nothing", 0, lamps, pulses, 0, 0, string.Empty);
    }

    // The same code twice is shown twice; a broken signature is one byte of its text.
    private static IReadOnlyList<string> Texts(CastMember member, Fault fault) => member.Role switch
    {
        "same-code-twice" => [member.Texts[0], member.Texts[0]],
        "green-phone" when fault == Fault.Signature => [Break(member.Texts[0])],
        _ => member.Texts,
    };

    private static string Break(string text) => text[..^8] + (text[^8] == 'A' ? 'B' : 'A') + text[^7..];

    private static string Lamps(Scope scope, StageLane lane)
    {
        var lit = new[] { (lane.Green, "green"), (lane.Amber, "amber"), (lane.Red, "red") }
            .Where(lamp => scope.IsHigh(lamp.Item1)).Select(lamp => lamp.Item2);
        var text = string.Join('+', lit);
        return text.Length == 0 ? "dark" : text;
    }

    private static async Task StayAsync(Stage stage, IReadOnlyList<Observation> seen, CancellationToken stop)
    {
        Screen.Stay(stage.Socket, seen.LastOrDefault(static one => one.Signal == "refused")?.Reference);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
