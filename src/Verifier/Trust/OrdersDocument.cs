using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifier.Encoding;
using Verifier.Policy;

namespace Verifier.Trust;

/// <summary>Nobody enters the named venue kinds for a time. No lockdown keeps anyone from leaving.</summary>
/// <param name="Venues">The venue kinds, at least one.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it ends by itself, at most 30 days later.</param>
public sealed record LockdownOrder(ImmutableArray<VenueKind> Venues, DateTimeOffset From, DateTimeOffset Until);

/// <summary>The end of the epidemic: nobody is judged any more, and what was kept about people is destroyed.</summary>
/// <param name="At">When judging ends.</param>
/// <param name="DestroyBy">By when everything is destroyed, with a network or without; not before <paramref name="At"/>.</param>
/// <param name="Lanes">What each kind of lane is from then on: in free flow or out of order.</param>
public sealed record EndOrder(DateTimeOffset At, DateTimeOffset DestroyBy, FrozenDictionary<LaneKind, LaneMode> Lanes);

/// <summary>What the province orders of every gate: <c>orders.json</c>. Either part may be absent.</summary>
public sealed record OrdersDocument
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 16 * 1024;

    private const string Type = "gate-orders";
    private static readonly TimeSpan LockdownMax = TimeSpan.FromDays(30);
    private static readonly VenueKind[] Kinds = Enum.GetValues<VenueKind>()[1..];

    /// <summary>No orders.</summary>
    public static OrdersDocument None { get; } = new() { Province = string.Empty };

    /// <summary>The province's code.</summary>
    public required string Province { get; init; }

    /// <summary>A lockdown; null for none.</summary>
    public LockdownOrder? Lockdown { get; init; }

    /// <summary>The end; null while there is none.</summary>
    public EndOrder? End { get; init; }

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out OrdersDocument? orders,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        orders = DocumentReading.Read(json, SizeMax, Type, Read, out fault);
        return orders is not null;
    }

    /// <summary>True when nobody may enter a venue of this kind now.</summary>
    public bool Locks(VenueKind venue, DateTimeOffset now) =>
        Lockdown is { } lockdown && now >= lockdown.From && now < lockdown.Until && lockdown.Venues.Contains(venue);

    private static OrdersDocument Read(DocumentReading.Member root) => new()
    {
        Province = root.Text("province", PolicyDocument.ProvinceMax),
        Lockdown = root.Has("lockdown") ? ReadLockdown(root) : null,
        End = root.Has("end") ? ReadEnd(root) : null,
    };

    private static LockdownOrder? ReadLockdown(DocumentReading.Member root)
    {
        if (root.Object("lockdown") is not { } lockdown) return null;
        var read = new LockdownOrder([.. lockdown.Choices("venues", Kinds)], lockdown.Moment("from"), lockdown.Moment("until"));
        lockdown.Done();
        if (lockdown.IsSound && (read.Venues.IsEmpty || read.Until <= read.From || read.Until - read.From > LockdownMax))
            lockdown.Report(DocumentFaultKind.BadValue, lockdown.Path, "no venue, or another time", $"a venue, and at most {LockdownMax.TotalDays} days");
        return read;
    }

    private static EndOrder? ReadEnd(DocumentReading.Member root)
    {
        if (root.Object("end") is not { } end) return null;
        var at = end.Moment("at");
        var destroyBy = end.Moment("destroyBy");
        var modes = new Dictionary<LaneKind, LaneMode>();
        if (end.Object("lanes") is { } lanes)
        {
            foreach (var kind in Enum.GetValues<LaneKind>()[1..])
                modes[kind] = lanes.Choice(DocumentReading.Member.Word(kind), LaneMode.FreeFlow, LaneMode.OutOfOrder);
            lanes.Done();
        }

        end.Done();
        if (end.IsSound && destroyBy < at)
            end.Report(DocumentFaultKind.BadValue, end.PathOf("destroyBy"), "earlier than `at`", "not before `at`");
        return new EndOrder(at, destroyBy, modes.ToFrozenDictionary());
    }
}
