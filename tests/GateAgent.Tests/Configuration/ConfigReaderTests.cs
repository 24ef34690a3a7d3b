using System.Globalization;
using System.Text;
using GateAgent.Configuration;

namespace GateAgent.Tests.Configuration;

public sealed class ConfigReaderTests
{
    private const string Good = """
        {
          "stateFolder": "/var/lib/gate-agent",
          "repositoryFolder": "/srv/province",
          "controlSocket": "/run/gate-agent/control.sock",
          "gpio": { "chip": "simulated" },
          "readers": [
            { "name": "camera", "kind": "camera", "lane": "metro-1", "path": "/run/gate-camera/metro.sock" },
            { "name": "scanner", "kind": "serial", "lane": "metro-1", "path": "/dev/ttyACM0" }
          ],
          "lanes": [
            { "name": "metro-1", "relay": { "pin": 17, "activeLow": true }, "green": { "pin": 22 }, "buzzer": { "pin": 25 } },
            { "name": "metro-2", "relay": { "pin": 18 }, "pulseMs": 800 }
          ]
        }
        """;

    [Fact]
    public void A_good_file_reads_with_its_defaults()
    {
        var (config, faults) = Parse(Good);

        Assert.Empty(faults);
        Assert.Equal(500, config!.Lanes![0].PulseMs);
        Assert.True(config.Lanes[0].Relay!.ActiveLow);
        Assert.Equal(800, config.Lanes[1].PulseMs);
    }

    [Theory]
    [InlineData("\"stateFolder\": \"/var/lib/gate-agent\",", "", "stateFolder", "nothing")]
    [InlineData("\"chip\": \"simulated\"", "\"chip\": \" \"", "gpio.chip", "nothing")]
    [InlineData("\"pulseMs\": 800", "\"pulsMs\": 800", "lanes[1].pulsMs", "no member of this name")]
    [InlineData("\"pulseMs\": 800", "\"venue\": \"metro\"", "lanes[1].venue", "'venue' is set here")]
    [InlineData("\"pulseMs\": 800", "\"kind\": \"turnstile\"", "lanes[1].kind", "'kind' is set here")]
    [InlineData("\"pulseMs\": 800", "\"pulseMs\": \"800\"", "lanes[1].pulseMs", "not the kind of value that stands here")]
    [InlineData("\"pulseMs\": 800", "\"pulseMs\": 49", "lanes[1].pulseMs", "49")]
    [InlineData("\"pulseMs\": 800", "\"pulseMs\": 10001", "lanes[1].pulseMs", "10001")]
    [InlineData("\"pulseMs\": 800", "\"chip\": \" \"", "lanes[1].chip", "nothing")]
    [InlineData("\"chip\": \"simulated\"", "", "gpio.chip", "nothing")]
    [InlineData("\"name\": \"metro-2\"", "\"name\": \"metro-1\"", "lanes[1].name", "a second lane metro-1")]
    [InlineData("\"name\": \"scanner\"", "\"name\": \"camera\"", "readers[1].name", "a second reader camera")]
    [InlineData("\"/dev/ttyACM0\"", "\"/run/gate-camera/metro.sock\"", "readers[1].path", "/run/gate-camera/metro.sock is another reader's")]
    [InlineData("\"kind\": \"serial\"", "\"kind\": \"telepathy\"", "readers[1].kind", "telepathy")]
    [InlineData("\"name\": \"scanner\"", "\"name\": \"the scanner\"", "readers[1].name", "'the scanner'")]
    [InlineData("\"name\": \"scanner\"", "\"name\": \"scanner\", \"idleGapMs\": 19", "readers[1].idleGapMs", "19 ms at a serial reader")]
    [InlineData("\"name\": \"camera\"", "\"name\": \"camera\", \"idleGapMs\": 50", "readers[0].idleGapMs", "50 ms at a camera reader")]
    [InlineData("\"name\": \"camera\"", "\"name\": \"camera\", \"peerUsers\": []", "readers[0].peerUsers", "0 users at a camera reader")]
    [InlineData("\"kind\": \"serial\", \"lane\": \"metro-1\"", "\"kind\": \"serial\", \"lane\": \"metro-9\"", "readers[1].lane", "no lane metro-9")]
    [InlineData("\"gpio\":", "\"gpio\": {}, \"gpio\":", "$", "a member that stands twice")]
    [InlineData("\"lanes\": [", "\"lanes\": ", "$", "no JSON at line")]
    [InlineData("\"gpio\":", "\"floor\": {}, \"gpio\":", "floor.kind", "nothing")]
    [InlineData("\"gpio\":", "\"floor\": { \"kind\": \"rtc\" }, \"gpio\":", "floor.kind", "rtc")]
    [InlineData("\"gpio\":", "\"floor\": { \"kind\": \"tpm\", \"at\": \"/dev/tpm0\" }, \"gpio\":", "floor.at", "/dev/tpm0")]
    [InlineData("\"gpio\":", "\"floor\": { \"kind\": \"memory\" }, \"gpio\":", "floor.at", "nothing")]
    [InlineData("\"gpio\":", "\"floor\": { \"kind\": \"memory\", \"at\": \"floor\" }, \"gpio\":", "floor.at", "floor")]
    [InlineData("\"gpio\":", "\"floor\": { \"kind\": \"none\", \"at\": \"/run/floor\" }, \"gpio\":", "floor.at", "/run/floor")]
    [InlineData("\"lanes\": [", "\"lanes\": [ null,", "lanes[0]", "null")]
    [InlineData("\"readers\": [", "\"readers\": [ null,", "readers[0]", "null")]
    [InlineData("\"name\": \"scanner\"", "\"name\": \"\\ud800\"", "$", "an escape that is half a character")]
    [InlineData("\"name\": \"scanner\"", "\"\\ud800\": \"scanner\"", "$", "an escape that is half a character")]
    [InlineData("\"/run/gate-agent/control.sock\"", "\"/run/\\u0000.sock\"", "controlSocket", "a control character")]
    [InlineData("\"/run/gate-agent/control.sock\"", "\"/\"", "controlSocket", "'/' is a folder")]
    [InlineData("\"chip\": \"simulated\"", "\"chip\": \"simulated\", \"edgesFile\": \"\"", "gpio.edgesFile", "nothing")]
    [InlineData("\"chip\": \"simulated\"", "\"chip\": \"simulated\", \"levelsFile\": \"\"", "gpio.levelsFile", "nothing")]
    [InlineData("\"gpio\":", "\"captureFile\": \"\", \"gpio\":", "captureFile", "nothing")]
    public void One_fault_is_named_with_its_place_and_a_remedy(string found, string instead, string path, string says)
    {
        Assert.Contains(found, Good, StringComparison.Ordinal);

        var (config, faults) = Parse(Good.Replace(found, instead, StringComparison.Ordinal));

        Assert.Null(config);
        var fault = Assert.Single(faults);
        Assert.Equal(path, fault.Path);
        Assert.StartsWith(says, fault.Found, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory]
    [InlineData("{ \"pin\": 18 }", "{ \"pin\": 17 }", "metro-1 lanes[0].relay.pin: pin 17 is lanes[1].relay already. Use each pin once.|metro-2 lanes[1].relay.pin: pin 17 is lanes[0].relay already. Use each pin once.")]
    [InlineData("{ \"pin\": 18 }", "{ \"pin\": 18 }, \"inputs\": { \"fire\": { \"pin\": 18 } }", "metro-2 lanes[1].inputs.fire.pin: pin 18 is lanes[1].relay already. Use each pin once.|metro-2 lanes[1].relay.pin: pin 18 is lanes[1].inputs.fire already. Use each pin once.")]
    [InlineData("{ \"pin\": 18 }", "{ \"pin\": 64 }", "metro-2 lanes[1].relay.pin: 64. Write 0 to 63.")]
    [InlineData("{ \"pin\": 18 }", "{ \"activeLow\": true }", "metro-2 lanes[1].relay.pin: no pin. Write 0 to 63.")]
    [InlineData("{ \"pin\": 18 }", "{ \"pin\": 17 }, \"chip\": \"gpiochip4\"", "")]
    public void A_pin_that_a_lane_cannot_have_is_that_lanes_fault_and_the_others_are_read(string found, string instead, string expected)
    {
        Assert.Contains(found, Good, StringComparison.Ordinal);

        var (config, faults) = Parse(Good.Replace(found, instead, StringComparison.Ordinal));

        Assert.NotNull(config);
        Assert.Equal(expected, string.Join('|', faults.Select(static fault => $"{fault.Lane} {fault}")));
    }

    [Theory]
    [InlineData("\"buzzerPwm\": { \"chip\": 0, \"channel\": 1 }", "\"buzzerPwm\": { \"chip\": 0, \"channel\": 1 }", "buzzerPwm: channel 1 of chip 0")]
    [InlineData("\"buzzerPwm\": { \"chip\": 0, \"channel\": 1 }", "\"buzzerPwm\": { \"chip\": 1, \"channel\": 1 }", null)]
    [InlineData("\"display\": { \"kind\": \"lcd\" }", "\"display\": { \"kind\": \"lcd\", \"columns\": 20 }", "display: address 39 of bus 1")]
    [InlineData("\"display\": { \"kind\": \"lcd\" }", "\"display\": { \"kind\": \"lcd\", \"address\": 40 }", null)]
    [InlineData("\"display\": { \"kind\": \"serial\", \"path\": \"/none/one\" }", "\"display\": { \"kind\": \"serial\", \"path\": \"/none/../none/one\" }", "display: /none/one")]
    public void A_display_or_PWM_channel_of_two_lanes_is_the_fault_of_both_and_no_other(string first, string second, string? expected)
    {
        var (config, faults) = Parse(Good.Replace("\"buzzer\": { \"pin\": 25 }", first, StringComparison.Ordinal)
            .Replace("\"pulseMs\": 800", second, StringComparison.Ordinal));

        Assert.NotNull(config);
        var place = expected?.Split(':')[0];
        string[] both = expected is null ? [] :
        [
            $"metro-1 lanes[0].{expected} is lanes[1].{place} already. Name each once: none of these lanes has it.",
            $"metro-2 lanes[1].{expected} is lanes[0].{place} already. Name each once: none of these lanes has it.",
        ];
        Assert.Equal(both, faults.Select(static fault => $"{fault.Lane} {fault}"));
    }

    [Fact]
    public void Two_names_of_one_chip_are_one_chip()
    {
        var (config, faults) = Parse(Good.Replace("{ \"pin\": 18 }", "{ \"pin\": 17 }, \"chip\": \"gpiochip0\"", StringComparison.Ordinal));

        Assert.Empty(faults);
        Assert.Equal(["metro-1", "metro-2"], PinCheck.Check(config!, static _ => "gpiochip0").Select(static fault => fault.Lane));
    }

    [Fact]
    public void Without_a_chip_of_the_agent_each_lane_names_its_own()
    {
        var (config, faults) = Parse(Good.Replace("\"gpio\": { \"chip\": \"simulated\" },", string.Empty, StringComparison.Ordinal)
            .Replace("\"pulseMs\": 800", "\"chip\": \"gpiochip0\"", StringComparison.Ordinal)
            .Replace("\"green\": { \"pin\": 22 }", "\"chip\": \"gpiochip4\"", StringComparison.Ordinal));

        Assert.Empty(faults);
        Assert.Equal(["gpiochip4", "gpiochip0"], config!.Lanes!.Select(config.ChipOf));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var (_, faults) = Parse("""
            { "policy": 1, "lanes": [ { "relay": { "pin": 99, "colour": 1 }, "venue": "metro", "pulseMs": 1 } ], "readers": [ { } ] }
            """);

        string[] expected =
        [
            "controlSocket", "gpio.chip", "lanes[0].name", "lanes[0].pulseMs", "lanes[0].relay.colour", "lanes[0].relay.pin",
            "lanes[0].venue", "policy", "readers[0].kind", "readers[0].lane", "readers[0].name", "readers[0].path",
            "repositoryFolder", "stateFolder",
        ];
        Assert.Equal(expected, faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(16, 0)]
    [InlineData(17, 1)]
    public void Sixteen_lanes_are_read_and_one_more_is_a_fault(int lanes, int faultCount)
    {
        var list = string.Join(',', Enumerable.Range(0, lanes).Select(lane =>
            string.Create(CultureInfo.InvariantCulture, $$"""{ "name": "lane-{{lane}}", "relay": { "pin": {{lane}} } }""")));
        var text = Good[..Good.IndexOf("\"lanes\"", StringComparison.Ordinal)].Replace("metro-1", "lane-0", StringComparison.Ordinal)
            + $"\"lanes\": [{list}] }}";

        var (_, faults) = Parse(text);

        Assert.Equal(faultCount, faults.Count);
    }

    [Theory]
    [InlineData(107, 0)]
    [InlineData(108, 1)]
    public void A_socket_path_is_as_long_as_the_kernel_takes(int size, int faultCount)
    {
        var (_, faults) = Parse(Good.Replace("/run/gate-agent/control.sock", "/" + new string('s', size - 1), StringComparison.Ordinal));

        Assert.Equal(faultCount, faults.Count);
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_large_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var (_, missing) = ConfigReader.Read(path);
        File.WriteAllText(path, new string(' ', ConfigReader.SizeMax + 1));
        var (_, large) = ConfigReader.Read(path);
        File.Delete(path);

        Assert.Equal("no such file", Assert.Single(missing).Found);
        Assert.StartsWith("65537 bytes", Assert.Single(large).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_reads_as_one_line()
    {
        Assert.Equal("lanes[0].relay.pin: no pin. Write 0 to 63.", new ConfigFault("lanes[0].relay.pin", "no pin", "Write 0 to 63").ToString());
    }

    private static (AgentConfig? Config, IReadOnlyList<ConfigFault> Faults) Parse(string json) => ConfigReader.Parse(Encoding.UTF8.GetBytes(json));
}
