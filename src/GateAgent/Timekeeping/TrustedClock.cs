using Distribution;
using Distribution.Floor;
using Verifier.Trust;

namespace GateAgent.Timekeeping;

/// <summary>
/// Guards a board without a battery clock. Rules, in checking order:
/// <list type="number">
/// <item>The clock is in doubt until the set in use is proven to be the newest: an old card brings an old floor along.</item>
/// <item>Wall time below the floor is not believed; the two may differ by five minutes.</item>
/// <item>The floor is the build time, raised by times that the province signed: the list's as-of, and no other. The wall clock
/// never raises it, so a jump of years forward bricks nothing and is undone by setting the clock right.</item>
/// <item>Nothing lowers it, except a newer root that withdraws the keys under which it was signed.</item>
/// <item>It is kept in the file <c>clock.floor</c>, written before anything relies on it. A file that is lost or damaged costs
/// nothing: the documents on the card and the board's own floor raise it again.</item>
/// <item><see cref="Proven"/> is the floor and the monotonic time since it was taken: what cannot be undone, as deleting, waits for it.</item>
/// </list>
/// What holds while the clock is in doubt, or while a jump forward makes documents look expired, is in the signed policy.
/// Reading from any thread; one at a time takes note.
/// </summary>
internal sealed class TrustedClock
{
    private const string FloorFile = "clock.floor";

    // The province's server and a gate that is set by hand may differ by this much.
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);
    private readonly TimeProvider time;
    private readonly DateTimeOffset builtAt;
    private readonly string? path;
    private readonly Lock provenLock = new();
    private VersionFloor seen;
    private long floorTicks;

    // A moment that is over for certain, and when by the monotonic clock that was known. Guarded by provenLock.
    private DateTimeOffset provenAt;
    private long provenSince;
    private volatile bool isProven = true;
    private volatile string? fault;

    /// <summary>A clock whose floor is the time of the build, kept nowhere.</summary>
    public TrustedClock(TimeProvider time, DateTimeOffset builtAt)
        : this(time, builtAt, path: null)
    {
    }

    private TrustedClock(TimeProvider time, DateTimeOffset builtAt, string? path)
    {
        this.time = time;
        this.builtAt = builtAt;
        this.path = path;
        floorTicks = builtAt.UtcTicks;
        (provenAt, provenSince) = (builtAt, time.GetTimestamp());
    }

    /// <summary>Below this, wall time is not believed.</summary>
    public DateTimeOffset Floor => new(Interlocked.Read(ref floorTicks), TimeSpan.Zero);

    /// <summary>
    /// The proven lower bound of the time: the newest signed time, or that of the build, and the monotonic time since it was taken.
    /// It is never later than the true time, whatever the wall clock says, as long as the province signs no time that has not come.
    /// What cannot be undone goes by this and not by <see cref="Wall"/>. A restart begins again at the floor. Any thread.
    /// </summary>
    public DateTimeOffset Proven
    {
        get
        {
            lock (provenLock) return provenAt + time.GetElapsedTime(provenSince);
        }
    }

    /// <summary>The wall time where it is not below the floor, whatever else is in doubt: what expiry is judged by.</summary>
    public DateTimeOffset? Wall => time.GetUtcNow() is var now && now >= Floor - SkewMax ? now : null;

    /// <summary>False while an old card could have been put back.</summary>
    public bool IsProven => isProven;

    /// <summary>Why the floor could not be kept; null when it was.</summary>
    public string? Fault => fault;

    /// <summary>A clock whose floor is kept in a state folder. Never fails: without its file it begins at the build time.</summary>
    public static TrustedClock Open(TimeProvider time, DateTimeOffset builtAt, string stateFolder)
    {
        var clock = new TrustedClock(time, builtAt, Path.Combine(stateFolder, FloorFile));
        clock.Load();
        return clock;
    }

    /// <summary>The moment, and whether it is believed.</summary>
    public JudgedTime Now()
    {
        var now = time.GetUtcNow();
        var isWall = now >= Floor - SkewMax;
        return new JudgedTime(now, isProven && isWall) { IsWall = isWall };
    }

    /// <summary>Takes note of what was signed, and whether the set in use is proven to be the newest.</summary>
    /// <param name="signed">The newest that was seen; its clock is the newest signed time.</param>
    /// <param name="isNewest">False while an old card could have been put back.</param>
    public void Follow(VersionFloor signed, bool isNewest)
    {
        var raised = seen.RaisedBy(signed);
        if (raised != seen && raised.ClockSeconds != seen.ClockSeconds) Save(raised);
        Set(raised);
        isProven = isNewest;
    }

    private void Set(VersionFloor raised)
    {
        // A newer root withdrew the keys that signed the times before: they prove nothing.
        var isWithdrawn = raised.Line != seen.Line && raised.ClockSeconds < seen.ClockSeconds;
        seen = raised;
        var floor = Math.Max(builtAt.UtcTicks, raised.Clock.UtcTicks);
        Interlocked.Exchange(ref floorTicks, floor);
        lock (provenLock)
        {
            var known = provenAt + time.GetElapsedTime(provenSince);
            if (!isWithdrawn && floor <= known.UtcTicks) return;
            (provenAt, provenSince) = (new DateTimeOffset(floor, TimeSpan.Zero), time.GetTimestamp());
        }
    }

    private void Load()
    {
        try
        {
            if (DurableFile.Find(path!) is { } bytes && VersionFloor.TryRead(bytes, out var kept, out _)) Set(kept);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read: {unreadable.Message}";
        }
    }

    private void Save(VersionFloor raised)
    {
        if (path is null) return;
        try
        {
            DurableFile.Write(path, raised.ToBytes());
            fault = null;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            fault = $"The floor of the clock could not be kept: {full.Message}";
        }
    }
}
