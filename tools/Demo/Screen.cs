namespace Demo;

/// <summary>What the demo prints: steps on standard error, people and the table on standard output.</summary>
internal static class Screen
{
    private const string Green = "\e[32m";
    private const string Amber = "\e[33m";
    private const string Red = "\e[31m";
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";
    private static readonly bool IsColoured = !Console.IsOutputRedirected;

    /// <summary>One step of the preparation.</summary>
    public static void Step(string text) => Console.Error.WriteLine($"   {text}");

    /// <summary>The heading of the live lines.</summary>
    public static void Head() => Console.WriteLine(
        $"\n   {"who comes",-24} {"lane",-9} {"sees",-19} {"relay",-8} {"hears",-12} {"reason",-24} {"us",7}  reference\n");

    /// <summary>What the columns of the live lines mean.</summary>
    public static void Legend() => Console.WriteLine(
        """

           lane       metro-1: turnstile, camera and card reader; cinema-1: door, scanner; taxi-1: driver's lamps, scanner
           sees       what the lamps say; relay: _|#|_ the gate opened, _____ it stayed closed
           hears      what the buzzer plays; us: microseconds from the last byte to the relay's edge
           reason     number and name, for the journal only; reference: what the person reads to the hotline 12345
        """);

    /// <summary>One person, as they passed or did not.</summary>
    public static void Row(Expectation expected, Observation seen)
    {
        var reason = seen.Reason == 0 ? "-" : $"{seen.Reason} {(Verifier.Verdicts.Reason)seen.Reason}";
        Console.WriteLine(
            $"   {expected.Role,-24} {expected.Lane,-9} {Signal(seen.Signal)} {(seen.RelayPulses > 0 ? "_|#|_" : "_____"),-8} "
            + $"{Sound(seen.Signal),-12} {reason,-24} {seen.Microseconds,7}  {seen.Reference}");
    }

    /// <summary>The table at the end.</summary>
    /// <returns>True when every line is as expected.</returns>
    public static bool Table(IReadOnlyList<Expectation> expectations, IReadOnlyList<Observation> seen)
    {
        var wrong = expectations.Zip(seen).Where(pair => !pair.Second.Fits(pair.First)).ToList();
        Console.WriteLine();
        foreach (var (expected, observed) in wrong)
        {
            Console.WriteLine($"   {Paint(Red, "wrong")}  {expected.Role}");
            Console.WriteLine($"          expected {Line(expected.Signal, expected.Reason, expected.Lamps, expected.RelayPulses, expected.Records)}");
            Console.WriteLine($"          seen     {Line(observed.Signal, observed.Reason, observed.Lamps, observed.RelayPulses, observed.Records)}");
        }

        var right = expectations.Count - wrong.Count;
        Console.WriteLine($"   {Paint(wrong.Count == 0 ? Green : Red, $"{right} of {expectations.Count} as expected")}");
        return wrong.Count == 0;
    }

    /// <summary>What fire release did at a lane.</summary>
    public static void Release(string lane, TimeSpan? took) => Console.WriteLine(took is { } time
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"   fire opened {lane} after {time.TotalMilliseconds:0.0} ms, and its end closed it")
        : $"   wrong  fire did not open {lane}, or its end did not close it");

    /// <summary>What to try while the gate stays.</summary>
    /// <param name="socket">The control socket.</param>
    /// <param name="reference">The reference of a refusal of this run; null when nobody was refused.</param>
    public static void Stay(string socket, string? reference)
    {
        Console.WriteLine("\n   The gate stays. In a second terminal:\n");
        string[] verbs = ["status", "journal", "watch", .. reference is null ? [] : new[] { $"why {reference}" }];
        foreach (var verb in verbs)
            Console.WriteLine($"     GATE_SOCKET={socket} artifacts/gate/gatectl {verb}");
        Console.WriteLine("\n   Ctrl-C ends it.");
    }

    private static string Line(string signal, int reason, string lamps, int pulses, int records) =>
        $"{signal}, reason {reason}, lamps {lamps}, {pulses} pulses, {records} records";

    private static string Signal(string signal) => signal switch
    {
        "pass" => Paint(Green, $"{"-> pass",-19}"),
        "passWithCondition" => Paint(Green, $"{"-> pass, mask",-19}"),
        "refused" => Paint(Red, $"{"X refused",-19}"),
        "readAgain" => Paint(Amber, $"{"(  again, closer",-19}"),
        "seeStaff" => Paint(Amber, $"{"?  see staff",-19}"),
        "wrongCode" => Paint(Amber, $"{"?  another code",-19}"),
        "showCode" => Paint(Amber, $"{"?  now the code",-19}"),
        _ => Paint(Dim, $"{signal,-19}"),
    };

    private static string Sound(string signal) => signal switch
    {
        "pass" or "passWithCondition" => "rising",
        "refused" => "low",
        "seeStaff" => "calling",
        "nothing" => "-",
        _ => "short",
    };

    private static string Paint(string colour, string text) => IsColoured ? $"{colour}{text}{Plain}" : text;
}
