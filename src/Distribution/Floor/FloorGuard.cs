namespace Distribution.Floor;

/// <summary>How the floor is, for the technician.</summary>
public enum FloorHealth : byte
{
    /// <summary>An old set was put back, or the place does not answer.</summary>
    Failed = 0,

    /// <summary>Nobody knows yet whether the set is the newest, or the floor could not be raised.</summary>
    Degraded,

    /// <summary>The set is the newest that this board has seen.</summary>
    Well,
}

/// <summary>
/// Notices an old but valid set that was put back on the card. Rules, in checking order:
/// <list type="number">
/// <item>Where the board has a place for a floor and it answers, a set below the floor is refused: nothing is judged by it, and
/// everyone is sent to staff until the newest set returns.</item>
/// <item>A set that the place admits is proven to be the newest that this board has seen.</item>
/// <item>Without a place, or where it is empty or does not answer, a set is proven when its timestamp is newly signed: of a
/// higher version than the one this gate held, and fetched since it started. A gate that held nothing takes its first.</item>
/// <item>Until it is proven the clock is in doubt, since an old card brings an old clock floor along.</item>
/// <item>The floor is raised only by a proven set that is durable on the card, and never lowered: a power cut between
/// the two leaves the floor below the set, and the next start raises it. A place that did not answer when it was read
/// is not written; one that answers with damage is.</item>
/// </list>
/// One thread at a time; <see cref="IsProven"/>, <see cref="IsRefused"/>, <see cref="Health"/> and <see cref="Text"/> from any.
/// </summary>
public sealed class FloorGuard
{
    private const string Doubt = "The clock is in doubt until a timestamp comes that is newer than the one this gate began with.";
    private readonly IFloorPlace? place;
    private VersionFloor? known;
    private bool wasRead;
    private bool isWritable;
    private string? fault;
    private string? refusal;
    private volatile bool isProven;
    private volatile bool isRefused;
    private volatile string text = string.Empty;
    private volatile FloorHealth health;

    /// <summary>A guard over a place; null where the board has none.</summary>
    public FloorGuard(IFloorPlace? place)
    {
        this.place = place;
        Review();
    }

    /// <summary>True when the set in use is the newest that is known of.</summary>
    public bool IsProven => isProven;

    /// <summary>True while the set on this gate is older than what the board has seen: nothing may be judged by it.</summary>
    public bool IsRefused => isRefused;

    /// <summary>How it is.</summary>
    public FloorHealth Health => health;

    /// <summary>One sentence for the technician; empty when all is well.</summary>
    public string Text => text;

    /// <summary>The newest that was seen: by the board where it has a place, and by this guard since it started.</summary>
    public VersionFloor Newest { get; private set; }

    /// <summary>Checks a set that is about to count. Asks the place where it has not answered yet.</summary>
    /// <exception cref="RefusedException">The board has seen a newer one.</exception>
    public void Check(VersionFloor set)
    {
        ReadPlace();
        refusal = known is { } floor && !floor.Admits(set)
            ? $"An old set was put back: it has {set}, and this board has seen {floor}. Everyone is sent to staff until the newest set returns."
            : null;
        isRefused = refusal is not null;
        if (isRefused) isProven = false;
        Review();
        if (refusal is not null) throw new RefusedException(refusal);
    }

    /// <summary>Takes note of a set that was checked and is durable, and raises the floor. Never throws on a fault of the place.</summary>
    /// <param name="set">The set.</param>
    /// <param name="isRenewed">True when its timestamp is newer than the one this gate held, or it held none.</param>
    public void Accept(VersionFloor set, bool isRenewed)
    {
        Newest = Newest.RaisedBy(set);
        if (known is not null || isRenewed) isProven = true;
        if (isProven && isWritable) Raise(set);
        Review();
    }

    private void ReadPlace()
    {
        if (place is null || wasRead) return;
        try
        {
            known = place.Read();
            if (known is { } floor) Newest = Newest.RaisedBy(floor);
            (wasRead, isWritable, fault) = (true, true, null);
        }
        catch (IOException failed)
        {
            isWritable = (failed as FloorPlaceException)?.IsDamaged ?? false;
            fault = failed.Message;
        }
    }

    private void Raise(VersionFloor set)
    {
        var raised = known?.RaisedBy(set) ?? set;
        if (raised == known) return;
        try
        {
            place!.Write(raised);
            (known, wasRead, fault) = (raised, true, null);
        }
        catch (IOException failed)
        {
            fault = $"The floor was not raised, which the next set tries again. {failed.Message}";
        }
    }

    private void Review() => (health, text) = (refusal, fault, isProven, place) switch
    {
        ({ } old, _, _, _) => (FloorHealth.Failed, old),
        (_, { } failed, true, _) => (FloorHealth.Degraded, failed),
        (_, { } failed, false, _) => (FloorHealth.Failed, $"{failed} {Doubt}"),
        (_, _, true, _) => (FloorHealth.Well, string.Empty),
        (_, _, false, null) => (FloorHealth.Degraded, $"This board has no place for a version floor: an old card could have been put back. {Doubt}"),
        (_, _, false, _) => (FloorHealth.Degraded, $"The {place.Name} holds no floor, as after a power cut: an old card could have been put back. {Doubt}"),
    };
}
