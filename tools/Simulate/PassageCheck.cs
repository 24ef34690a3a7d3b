using GateAgent.Lanes;

namespace Simulate;

/// <summary>An admitted passage, as the journal has it.</summary>
internal readonly record struct Admitted(long AtMs, int People, int Passed, Settlement Settlement);

/// <summary>
/// Counts who went in at one lane, by its pins and its journal alone. The permit contact is closed for as long as an admitted
/// passage may take, so its edges are the passage's beginning and end. Rules:
/// <list type="number">
/// <item>Every admitted passage closed the permit, and the permit was closed for nobody else but fire.</item>
/// <item>The journal's number of those who passed is the number that the sensor saw while the permit was closed.</item>
/// <item>Never more passed than were admitted together, and it is settled when all did and only then.</item>
/// <item>Whoever the sensor saw beside that, beside fire and beside leaving, is noted as tailgating; nobody else is.</item>
/// </list>
/// An input counts once it has stood for <see cref="Soonest"/> to <see cref="Latest"/>, so what happens at an edge may have fallen
/// on either side of it: the rules hold between the smaller number and the larger.
/// </summary>
internal sealed class PassageCheck(PinTrace pins, IReadOnlyList<Admitted> admitted, long tailgating, Action<string> broken)
{
    private const long Millisecond = 1_000_000;

    // Debounced for 5 ms, looked at every 2 ms from the edge on.
    private const long Soonest = 5 * Millisecond;
    private const long Latest = 6 * Millisecond;
    private const long PassageWithin = 5_000 * Millisecond;
    private const long ExitFor = 5_000 * Millisecond;

    // What was written in the group before a power cut is lost.
    private const long Group = 70 * Millisecond;

    /// <summary>How many passed who were admitted with others.</summary>
    public long FamilyPassed { get; private set; }

    /// <summary>Checks the lane.</summary>
    public void Check()
    {
        var windows = Windows();
        CheckWindows(windows);
        CheckOutside(windows);
    }

    /// <summary>The passages on the permit's pin. Fire closes the permit too, or keeps it closed when it ends a passage.</summary>
    public List<Window> Windows()
    {
        var windows = new List<Window>();
        foreach (var permit in pins.Permits)
        {
            var fire = FirstFire(permit);
            if (fire is { } began && permit.From >= began) continue;
            var to = fire is { } ends ? Math.Min(permit.To, ends + Latest) : permit.To;
            windows.Add(new Window(permit.From, to, IsWhole(permit.From, to, fire is not null)));
        }

        return windows;
    }

    // A passage that came to its end by itself: the last one was seen, or nobody came for as long as they may take.
    private bool IsWhole(long from, long to, bool isFire)
    {
        if (isFire) return false;
        var index = LastBefore(pins.Passages, to);
        var seen = index >= 0 && pins.Passages[index] >= from - Latest ? pins.Passages[index] : from;
        return (seen != from && to - seen <= Latest) || to - seen >= PassageWithin;
    }

    private long? FirstFire(Stretch permit)
    {
        foreach (var fire in pins.Fires)
        {
            if (fire.From <= permit.To && permit.From <= fire.To + Latest) return fire.From;
            if (fire.From > permit.To) break;
        }

        return null;
    }

    private void CheckWindows(List<Window> windows)
    {
        var next = 0;
        foreach (var window in windows)
        {
            while (next < admitted.Count && admitted[next].AtMs < window.From / Millisecond) Unpermitted(admitted[next++]);
            if (next < admitted.Count && admitted[next].AtMs <= (window.From / Millisecond) + 1) CheckCount(window, admitted[next++]);
            else if (!IsBeforeCut(window.From)) broken($"the permit was closed at {window.From} for nobody in the journal");
        }

        while (next < admitted.Count) Unpermitted(admitted[next++]);
    }

    // Who is admitted while fire is being noticed finds the permit closed already.
    private void Unpermitted(Admitted one)
    {
        var at = one.AtMs * Millisecond;
        if (!pins.Fires.Exists(fire => at >= fire.From - Millisecond && at <= fire.To + Latest)) broken($"a passage of {one.AtMs} ms was admitted and not permitted");
    }

    private void CheckCount(Window window, Admitted one)
    {
        var least = CountBetween(window.From - Soonest, window.To - Latest);
        var most = CountBetween(window.From - Latest, LastPossible(window));
        if (one.People > 1) FamilyPassed += one.Passed;
        if (one.Settlement == Settlement.Unknown) return;
        if (one.Passed < least || one.Passed > most) broken($"{one.Passed} of {one.People} are said to have passed at {one.AtMs} ms, where the sensor saw {least} to {most}");
        if (one.Passed > one.People || least > one.People) broken($"at {one.AtMs} ms {Math.Max(one.Passed, least)} passed where {one.People} were admitted");
        else if (one.Settlement == Settlement.Settled != (one.Passed == one.People)) broken($"{one.Passed} of {one.People} passed at {one.AtMs} ms, and it is {one.Settlement}");
    }

    private void CheckOutside(List<Window> windows)
    {
        var (least, most) = (0, 0);
        foreach (var at in pins.Passages)
        {
            if (!IsAdmitted(windows, at, isCertain: true) && !IsLeaving(at, isCertain: true) && !IsFire(at, isCertain: true)) most++;
            if (!IsAdmitted(windows, at, isCertain: false) && !IsLeaving(at, isCertain: false) && !IsFire(at, isCertain: false) && !IsBeforeCut(at)) least++;
        }

        if (tailgating < least || tailgating > most) broken($"{tailgating} are noted as tailgating, where {least} to {most} passed without an admission");
    }

    // Certain: it was so whatever the inputs' delay. Otherwise: it may have been so.
    private static bool IsAdmitted(List<Window> windows, long at, bool isCertain)
    {
        var (low, high) = (0, windows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (windows[middle].From - Latest <= at) low = middle + 1;
            else high = middle - 1;
        }

        if (high < 0) return false;
        for (var index = high; index >= Math.Max(0, high - 1); index--)
        {
            var window = windows[index];
            if (isCertain ? at >= window.From - Soonest && at <= window.To - Latest : at <= LastPossible(window)) return true;
        }

        return false;
    }

    private bool IsLeaving(long at, bool isCertain)
    {
        var index = LastBefore(pins.Exits, isCertain ? at - (Latest - Soonest) : at + (Latest - Soonest));
        if (index < 0) return false;
        var pressed = pins.Exits[index];
        return isCertain
            ? at <= pressed + ExitFor - (Latest - Soonest) && !pins.Lives.Exists(life => life > pressed && life <= at + Latest)
            : at <= pressed + ExitFor + (Latest - Soonest);
    }

    private bool IsFire(long at, bool isCertain) => isCertain
        ? pins.Fires.Exists(fire => at >= fire.From + (Latest - Soonest) && at <= fire.To - (Latest - Soonest))
        : pins.Fires.Exists(fire => at >= fire.From - (Latest - Soonest) && at <= fire.To + (Latest - Soonest));

    private bool IsBeforeCut(long at) => pins.Lives.Exists(life => at <= life + Latest && at >= life - Group);

    // What ended a passage early ended its permit and not the passage: until then someone may still have passed.
    private static long LastPossible(Window window) => window.To - Soonest + (window.IsWhole ? 0 : PassageWithin);

    private int CountBetween(long from, long to) => Math.Max(0, LastBefore(pins.Passages, to) - LastBefore(pins.Passages, from - 1));

    // The index of the last one at a moment or before; -1 when there is none.
    private static int LastBefore(List<long> moments, long at)
    {
        var index = moments.BinarySearch(at);
        return index >= 0 ? index : ~index - 1;
    }
}

/// <summary>An admitted passage on the permit's pin.</summary>
/// <param name="From">When the permit closed.</param>
/// <param name="To">When it opened, or fire began.</param>
/// <param name="IsWhole">False when something else ended it: fire, a stuck relay, a mode or a power cut.</param>
internal readonly record struct Window(long From, long To, bool IsWhole);
