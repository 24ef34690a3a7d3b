using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GateAgent.Lanes;
using Microsoft.Data.Sqlite;
using Verifier.Trust;

namespace Simulate;

/// <summary>
/// Holds what came out to what went in. It reads the edges of the pins, the journal and the script of what people and
/// contacts did, and never the agent's state. Rules:
/// <list type="number">
/// <item>A closed way opens only for fire, for leaving, once for each showing of someone who may pass, soon after it, and for each
/// of a family who follows one that has passed.</item>
/// <item>Fire opens within 20 ms.</item>
/// <item>No passage was opened for a reason that admits nobody.</item>
/// <item>Every admitted passage has one end; unknown are only those under way at a cut.</item>
/// <item>Everyone who goes in is counted: <see cref="PassageCheck"/>. As many are admitted together as showed themselves together.</item>
/// </list>
/// </summary>
internal sealed class Checker(Site site, Simulation simulation, string folder)
{
    private const long Millisecond = 1_000_000;

    // Someone who shows a code while others pass waits for that passage to end, and not for longer than a presentation may.
    private static readonly long OpensWithin = ((long)LaneTurns.AgeMax.TotalMilliseconds + 300) * Millisecond;
    private const long FireWithin = 20 * Millisecond;
    private const long UnderWay = 30_100 * Millisecond;
    private const long NoticedWithin = 12 * Millisecond;
    private readonly List<string> broken = [];

    /// <summary>Checks and tells what came out.</summary>
    /// <returns>The rules that are broken; none when all hold.</returns>
    public IReadOnlyList<string> Check(TextWriter tell)
    {
        using var journal = new SqliteConnection($"Data Source={Path.Combine(folder, "state", "journal.db")};Mode=ReadOnly");
        journal.Open();
        var traces = PinTrace.Read(Path.Combine(folder, "edges"), site.Lanes.Count);
        var familyPassed = 0L;
        for (var lane = 0; lane < site.Lanes.Count; lane++)
        {
            if (site.Lanes[lane].Kind == LaneKind.Attended) continue;
            var said = 0;
            var name = Site.NameOf(lane);
            var passages = Passages(journal, name);
            var count = new PassageCheck(
                traces[lane], passages, Scalar(journal, $"SELECT count(*) FROM incident WHERE incident = {(int)Incident.Tailgating} AND lane = '{name}'"),
                rule => Break($"{name}: {rule}", ref said));
            count.Check();
            familyPassed += count.FamilyPassed;
            CheckAdmissions(lane, passages);
            if (site.Lanes[lane].Kind is LaneKind.Turnstile or LaneKind.Door) CheckOpenings(lane, traces[lane], count.Windows());
            CheckFire(lane, traces[lane].Relay);
        }

        var counts = Settlements(journal);
        CheckSettlements(journal, counts);
        Print(tell, counts, journal, traces, familyPassed);
        return broken;
    }

    // Somebody showed themselves for each admission, may pass, and came with as many.
    private void CheckAdmissions(int lane, List<Admitted> passages)
    {
        var said = 0;
        var showings = simulation.Showings.Where(one => one.Lane == lane && one.Truth != Truth.MustNotPass).ToList();
        var moments = showings.ConvertAll(static one => one.Nanoseconds);
        foreach (var passage in passages)
        {
            var at = (passage.AtMs + 1) * Millisecond;
            var last = LastBefore(moments, at);
            while (last >= 0 && at - moments[last] <= OpensWithin && showings[last].People != passage.People) last--;
            if (last < 0 || at - moments[last] > OpensWithin)
            {
                Break($"lane {lane} admitted {passage.People} at {passage.AtMs} ms, whom nobody showed", ref said);
                continue;
            }

            moments.RemoveAt(last);
            showings.RemoveAt(last);
        }
    }

    private void CheckOpenings(int lane, PinTrace pins, List<Window> windows)
    {
        var said = 0;
        var begins = windows.ConvertAll(static one => one.From);
        var (begun, followed) = (-1, -1);
        foreach (var (at, isDriven) in pins.Relay)
        {
            if (!isDriven) continue;
            var isFire = pins.Fires.Exists(fire => at >= fire.From && at <= fire.To + NoticedWithin);
            if (isFire || HasWithin(pins.Exits, at, FireWithin)) continue;

            // An admission drives relay and permit in one; a following member once the one before was seen. Each does so once.
            var index = LastBefore(begins, at);
            var passed = LastBefore(pins.Passages, at);
            var isFirst = index > begun && at == begins[index];
            var isNext = index >= 0 && at <= windows[index].To && passed > followed && at - pins.Passages[passed] <= NoticedWithin;
            if (isFirst) begun = index;
            else if (isNext) followed = passed;
            else Break($"lane {lane} opened at {at} without a verified reason", ref said);
        }
    }

    private void CheckFire(int lane, List<(long At, bool IsDriven)> relay)
    {
        if (site.Lanes[lane].Kind == LaneKind.Attended) return;
        var opens = site.Lanes[lane].Kind != LaneKind.FreeFlow;
        var said = 0;
        foreach (var fire in simulation.World.Where(one => one.Lane == lane && one is { Input: LaneInputs.Fire, IsActive: true }))
        {
            var level = relay.FindLast(edge => edge.At <= fire.Nanoseconds + FireWithin).IsDriven;
            if (level != opens) Break($"fire at {fire.Nanoseconds} did not open lane {lane} within 20 ms", ref said);
        }
    }

    private void CheckSettlements(SqliteConnection journal, Dictionary<Settlement, long> counts)
    {
        var said = 0;
        var unjustified = Scalar(journal, "SELECT count(*) FROM passage WHERE opened = 1 AND reason NOT BETWEEN 10 AND 19");
        if (unjustified > 0) Break($"{unjustified} passages were opened for a reason that admits nobody", ref said);
        var open = Scalar(journal, "SELECT count(*) FROM passage WHERE opened = 1");
        if (open != counts.Where(static one => one.Key != Settlement.None).Sum(static one => one.Value)) Break("admitted is not settled + annulled + unobserved + unknown", ref said);
        var cuts = simulation.World.Where(static one => one.Lane < 0).Select(static one => one.Nanoseconds).ToList();
        foreach (var at in Rows(journal, $"SELECT at_ms FROM passage WHERE settlement = {(int)Settlement.Unknown}"))
        {
            var moment = (at - Simulation.Start.ToUnixTimeMilliseconds()) * Millisecond;
            if (!cuts.Exists(cut => cut >= moment && cut - moment <= UnderWay)) Break($"a passage of {moment} is unknown without a cut", ref said);
        }
    }

    private static Dictionary<Settlement, long> Settlements(SqliteConnection journal)
    {
        var counts = new Dictionary<Settlement, long>();
        foreach (var settlement in Enum.GetValues<Settlement>())
            counts[settlement] = Scalar(journal, $"SELECT count(*) FROM passage WHERE opened = 1 AND settlement = {(int)settlement}");
        return counts;
    }

    private void Print(TextWriter tell, Dictionary<Settlement, long> counts, SqliteConnection journal, PinTrace[] traces, long familyPassed)
    {
        const string Families = "FROM passage WHERE opened = 1 AND people > 1";
        tell.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            people      {simulation.Showings.Count,12:N0} showed something
            answered    {Scalar(journal, "SELECT count(*) FROM passage"),12:N0} in the journal
            admitted    {counts.Values.Sum(),12:N0} = {counts[Settlement.Settled]:N0} settled + {counts[Settlement.Annulled]:N0} annulled + {counts[Settlement.Unobserved]:N0} unobserved + {counts[Settlement.Unknown]:N0} unknown
            families    {Scalar(journal, $"SELECT count(*) {Families}"),12:N0} admitted with {Scalar(journal, $"SELECT coalesce(sum(people), 0) {Families}"):N0} people, {familyPassed:N0} of them seen to pass; {Scalar(journal, $"SELECT count(*) {Families} AND settlement = {(int)Settlement.Annulled} AND passed > 0"):N0} annulled in part
            edges       {traces.Sum(static trace => trace.Relay.Count),12:N0} of relays, {traces.Sum(static trace => trace.Passages.Count):N0} people at sensors
            incidents   {Scalar(journal, "SELECT count(*) FROM incident"),12:N0}
            cuts        {simulation.World.Count(static one => one.Lane < 0),12:N0}, {Scalar(journal, "SELECT coalesce(sum(lost_records), 0) FROM run"):N0} records lost in their last 50 ms
            digest      {Digest(journal)}
            """));
        foreach (var rule in broken) tell.WriteLine($"broken      {rule}");
        tell.WriteLine(broken.Count == 0 ? "0 rules broken" : $"{broken.Count} rules broken");
    }

    // Two runs of one seed give the same.
    private string Digest(SqliteConnection journal)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(Path.Combine(folder, "edges")));
        using var command = journal.CreateCommand();
        command.CommandText = "SELECT sequence || ' ' || at_ms || ' ' || lane || ' ' || reason || ' ' || signal || ' ' || opened || ' ' || settlement || ' ' || people || ' ' || passed FROM passage ORDER BY sequence";
        using var rows = command.ExecuteReader();
        while (rows.Read()) hash.AppendData(Encoding.ASCII.GetBytes(rows.GetString(0)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static List<Admitted> Passages(SqliteConnection journal, string lane)
    {
        var passages = new List<Admitted>();
        var start = Simulation.Start.ToUnixTimeMilliseconds();
        using var command = journal.CreateCommand();
        command.CommandText = "SELECT at_ms, people, passed, settlement FROM passage WHERE opened = 1 AND lane = $lane ORDER BY sequence";
        command.Parameters.AddWithValue("$lane", lane);
        using var rows = command.ExecuteReader();
        while (rows.Read()) passages.Add(new Admitted(rows.GetInt64(0) - start, rows.GetInt32(1), rows.GetInt32(2), (Settlement)rows.GetInt32(3)));
        return passages;
    }

    private static bool HasWithin(List<long> moments, long at, long within)
    {
        var last = LastBefore(moments, at);
        return last >= 0 && at - moments[last] <= within;
    }

    private static int LastBefore(List<long> moments, long at)
    {
        var index = moments.BinarySearch(at);
        return index >= 0 ? index : ~index - 1;
    }

    private void Break(string rule, ref int said)
    {
        if (said++ < 5) broken.Add(rule);
    }

    private static long Scalar(SqliteConnection journal, string statement) => Rows(journal, statement).First();

    private static IEnumerable<long> Rows(SqliteConnection journal, string statement)
    {
        using var command = journal.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this file
        command.CommandText = statement;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return rows.GetInt64(0);
    }
}
