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
/// <item>A closed way opens only for fire, for leaving, or once for each showing of someone who may pass, soon after it.</item>
/// <item>Fire opens within 20 ms.</item>
/// <item>No passage was opened for a reason that admits nobody.</item>
/// <item>Every admitted passage has one end; unknown are only those under way at a cut.</item>
/// </list>
/// </summary>
internal sealed class Checker(Site site, Simulation simulation, string folder)
{
    private const long Millisecond = 1_000_000;

    // Someone who shows a code while another passes waits for that passage to end.
    private const long OpensWithin = 5_300 * Millisecond;
    private const long FireWithin = 20 * Millisecond;
    private const long UnderWay = 5_100 * Millisecond;
    private const int PinsOfALane = 8;
    private readonly List<string> broken = [];

    /// <summary>Checks and tells what came out.</summary>
    /// <returns>The rules that are broken; none when all hold.</returns>
    public IReadOnlyList<string> Check(TextWriter tell)
    {
        var relays = ReadRelays();
        for (var lane = 0; lane < site.Lanes.Count; lane++)
        {
            if (site.Lanes[lane].Kind is LaneKind.Turnstile or LaneKind.Door) CheckOpenings(lane, relays[lane]);
            CheckFire(lane, relays[lane]);
        }

        using var journal = new SqliteConnection($"Data Source={Path.Combine(folder, "state", "journal.db")};Mode=ReadOnly");
        journal.Open();
        var counts = Settlements(journal);
        CheckSettlements(journal, counts);
        Print(tell, counts, journal, relays);
        return broken;
    }

    private List<(long At, bool IsDriven)>[] ReadRelays()
    {
        var relays = site.Lanes.Select(static _ => new List<(long, bool)>()).ToArray();
        foreach (var line in File.ReadLines(Path.Combine(folder, "edges")))
        {
            var fields = line.Split(' ');
            var pin = int.Parse(fields[1], CultureInfo.InvariantCulture);
            if (pin % PinsOfALane == 0) relays[pin / PinsOfALane].Add((long.Parse(fields[0], CultureInfo.InvariantCulture), fields[2] == "1"));
        }

        return relays;
    }

    private void CheckOpenings(int lane, List<(long At, bool IsDriven)> relay)
    {
        var showings = simulation.Showings.Where(one => one.Lane == lane && one.Truth != Truth.MustNotPass).Select(static one => one.Nanoseconds).ToList();
        var exits = simulation.World.Where(one => one.Lane == lane && one is { Input: LaneInputs.ExitRequest, IsActive: true }).Select(static one => one.Nanoseconds).ToList();
        var fires = simulation.World.Where(one => one.Lane == lane && one.Input == LaneInputs.Fire).ToList();
        var modes = 0;
        foreach (var (at, isDriven) in relay)
        {
            if (!isDriven) continue;
            var isFire = fires.FindLast(one => one.Nanoseconds <= at).IsActive;
            if (!isFire && !HasWithin(exits, at, FireWithin) && !TakeWithin(showings, at, OpensWithin)) Break($"lane {lane} opened at {at} without a verified reason", ref modes);
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

    private void Print(TextWriter tell, Dictionary<Settlement, long> counts, SqliteConnection journal, List<(long At, bool IsDriven)>[] relays)
    {
        tell.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            people      {simulation.Showings.Count,12:N0} showed something
            answered    {Scalar(journal, "SELECT count(*) FROM passage"),12:N0} in the journal
            admitted    {counts.Values.Sum(),12:N0} = {counts[Settlement.Settled]:N0} settled + {counts[Settlement.Annulled]:N0} annulled + {counts[Settlement.Unobserved]:N0} unobserved + {counts[Settlement.Unknown]:N0} unknown
            edges       {relays.Sum(static relay => relay.Count),12:N0} of relays
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
        command.CommandText = "SELECT sequence || ' ' || at_ms || ' ' || lane || ' ' || reason || ' ' || signal || ' ' || opened || ' ' || settlement FROM passage ORDER BY sequence";
        using var rows = command.ExecuteReader();
        while (rows.Read()) hash.AppendData(Encoding.ASCII.GetBytes(rows.GetString(0)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static bool HasWithin(List<long> moments, long at, long within)
    {
        var index = moments.BinarySearch(at);
        var last = index >= 0 ? index : ~index - 1;
        return last >= 0 && at - moments[last] <= within;
    }

    private static bool TakeWithin(List<long> moments, long at, long within)
    {
        var index = moments.BinarySearch(at);
        var last = index >= 0 ? index : ~index - 1;
        if (last < 0 || at - moments[last] > within) return false;
        moments.RemoveAt(last);
        return true;
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
