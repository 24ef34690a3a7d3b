using Distribution.Floor;
using GateAgent.Timekeeping;

namespace PowerCut.Subjects;

/// <summary>The clock's floor and the newest versions that were seen: they never fall.</summary>
internal sealed class FloorSubject : Subject
{
    private const ulong Line = 7;
    private static readonly DateTimeOffset BuiltAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public override string Name => "floor";

    public override IReadOnlyList<string> Counters => [Name];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        var clock = TrustedClock.Open(TimeProvider.System, BuiltAt, place.Folder);
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            place.Ledger.Begin(Name, number);
            clock.Follow(FloorOf(number), isNewest: true);
            if (clock.Fault is { } fault) throw new HarnessException(fault);
            place.Ledger.Acknowledge(Name, number);
            await Task.Yield();
        }
    }

    public override Task<Finding> CheckAsync(CutPlace place)
    {
        Directory.CreateDirectory(place.Folder);
        var bounds = place.Ledger.Of(Name);
        var clock = TrustedClock.Open(TimeProvider.System, BuiltAt, place.Folder);
        if (clock.Fault is { } fault) return Task.FromResult(new Finding(FindingKind.Corrupt, fault));
        var finding = Finding.Of("the clock's floor", (long)(clock.Floor - BuiltAt).TotalSeconds, bounds);
        if (finding.Kind != FindingKind.Kept) return Task.FromResult(finding);

        // Whatever a cut left beside it, the floor rises on.
        var next = (int)bounds.Most + 1;
        clock.Follow(FloorOf(next), isNewest: true);
        var again = TrustedClock.Open(TimeProvider.System, BuiltAt, place.Folder);
        return Task.FromResult(again.Floor == BuiltAt.AddSeconds(next) ? Finding.Kept : new Finding(FindingKind.Corrupt, "the floor cannot be raised"));
    }

    private static VersionFloor FloorOf(int number) => new(Line, 1, number, number, BuiltAt.AddSeconds(number).ToUnixTimeSeconds());
}
