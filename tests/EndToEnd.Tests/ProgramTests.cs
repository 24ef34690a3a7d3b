using System.Text.Json.Nodes;
using Province;

namespace EndToEnd.Tests;

/// <summary>The published programs by themselves: exit codes, messages, and what they refuse.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ended> DoctorAsync() =>
        Programs.RunGateAsync("gatectl", "doctor", "--root", folder.Path, "--config", Path.Combine(folder.Path, "agent.json"));

    private void Write(string path, string text)
    {
        var full = Path.Combine(folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    [Theory]
    [InlineData("gate-agent")]
    [InlineData("gate-agent", "--config")]
    [InlineData("gate-agent", "fly", "--config", "x")]
    [InlineData("gatectl")]
    [InlineData("gatectl", "fly")]
    [InlineData("gatectl", "journal", "--limit", "0")]
    [InlineData("gatectl", "journal", "--limit", "1001")]
    [InlineData("gatectl", "why")]
    [InlineData("gate-camera", "--fps", "61", "--socket", "x", "--folder", "/tmp")]
    [InlineData("gate-camera", "--socket", "x")]
    public async Task A_wrong_command_line_ends_with_a_message_and_no_success(string program, params string[] arguments)
    {
        var ended = await Programs.RunGateAsync(program, arguments);

        Assert.NotEqual(0, ended.Code);
        Assert.NotEmpty(ended.Errors);
    }

    [Theory]
    [InlineData("[all]\ndtparam=strict_gpiod\n", true)]
    [InlineData("dtparam=audio=on,strict_gpiod\n", true)]
    [InlineData("#dtparam=strict_gpiod\n", false)]
    [InlineData("[pi3]\ndtparam=strict_gpiod\n", false)]
    [InlineData("dtparam=strict_gpiod\ndtparam=strict_gpiod=off\n", false)]
    public async Task The_doctor_refuses_a_raspberry_pi_without_strict_gpiod_and_says_what_to_write(string boot, bool isWell)
    {
        Write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0");
        Write("boot/firmware/config.txt", boot);
        Write("usr/lib/aarch64-linux-gnu/libgpiod.so.3", string.Empty);
        Write("usr/lib/aarch64-linux-gnu/libzbar.so.0", string.Empty);
        Write("dev/rtc0", string.Empty);
        Write("agent.json", """
            {"stateFolder":"/tmp/x","repositoryFolder":"/tmp/y","controlSocket":"/tmp/z","gpio":{"chip":"pinctrl-rp1"},
             "readers":[{"name":"a","kind":"camera","lane":"metro-1","path":"/tmp/c"}],"lanes":[{"name":"metro-1","relay":{"pin":5}}]}
            """);

        var ended = await DoctorAsync();

        Assert.Equal(isWell ? 0 : 1, ended.Code);
        Assert.Equal(!isWell, ended.Output.Contains("Write dtparam=strict_gpiod at the end of /boot/firmware/config.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_refuses_a_simulated_chip_and_a_scanner_that_is_not_there()
    {
        Write("agent.json", """{"gpio":{"chip":"simulated"},"floor":{"kind":"tpm"},"readers":[{"name":"a","kind":"serial","path":"/dev/gate/none"},{"name":"b","kind":"pcsc","path":"*"}]}""");

        var ended = await DoctorAsync();

        Assert.Equal(1, ended.Code);
        foreach (var wrong in (string[])["simulated", "/dev/gate/none", "pcscd.socket", "libgpiod3", "libzbar0", "battery", "libtss2-esys-3.0.2-0"])
            Assert.Contains(wrong, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_which_rule_lets_the_agent_use_a_card_reader()
    {
        Write("agent.json", """{"readers":[{"name":"b","kind":"pcsc","path":"*"}]}""");
        Write("run/pcscd/pcscd.comm", string.Empty);
        var before = await DoctorAsync();
        Write("usr/share/polkit-1/actions/org.debian.pcsc-lite.policy", string.Empty);
        var asked = await DoctorAsync();
        Write("usr/share/polkit-1/rules.d/60-gate-agent.rules", string.Empty);
        var ruled = await DoctorAsync();

        Assert.Contains("well   pcscd", before.Output, StringComparison.Ordinal);
        Assert.Contains("Put deploy/polkit/60-gate-agent.rules at /usr/share/polkit-1/rules.d/60-gate-agent.rules", asked.Output, StringComparison.Ordinal);
        Assert.Contains("well   pcscd", ruled.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_tells_all_that_the_agent_would_and_the_chip_that_is_not_there()
    {
        Write("agent.json", """
            {"gpio":{"chip":"pinctrl-none"},"readers":[],"lanes":[
              {"name":"metro-1","relay":{"pin":17},"green":{"pin":17}},
              {"name":"metro-2","relay":{"pin":18},"inputs":{"fire":{"pin":5}}},
              {"name":"metro-3","relay":{"pin":18},"display":{"kind":"lcd"}},
              {"name":"metro-4","chip":"gpiochip98","relay":{"pin":17},"pulseMs":7},
              {"name":"metro-5","relay":{"pin":19},"display":{"kind":"lcd"}}]}
            """);

        var ended = await Programs.RunGateAsync("gatectl", "doctor", "--config", Path.Combine(folder.Path, "agent.json"));

        Assert.Equal(1, ended.Code);
        foreach (var wrong in (string[])["are called pinctrl-none", "are called gpiochip98", "lane metro-1", "lanes[0].relay.pin: pin 17 is lanes[0].green already", "lanes[1].relay.pin: pin 18 is lanes[2].relay already", "lane metro-3", "lanes[4].display: address 39 of bus 1 is lanes[2].display already", "lanes[3].pulseMs: 7"])
            Assert.Contains(wrong, ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("lane metro-4", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_tells_everything_that_is_wrong_with_it_at_once()
    {
        var config = Path.Combine(folder.Path, "agent.json");
        await File.WriteAllTextAsync(config, """
            {"stateFolder":"/tmp/x","repositoryFolder":"/tmp/y","controlSocket":"/tmp/z","gpio":{"chip":"simulated"},
             "readers":[{"name":"a","kind":"fax","lane":"metro-2","path":"/dev/null"}],
             "lanes":[{"name":"metro-1","relay":{"pin":5},"green":{"pin":5},"pulseMs":7}]}
            """);

        var ended = await Programs.RunGateAsync("gate-agent", "check", "--config", config);

        Assert.Equal(2, ended.Code);
        Assert.Contains("pin 5 is lanes[0].relay already", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("lanes[0].pulseMs", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("readers[0].kind", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("no lane metro-2", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"venue\":\"metro\"", "comes only from the site document")]
    [InlineData("\"colour\":\"red\"", "no member of this name")]
    public async Task A_configuration_has_no_word_for_rules(string member, string message)
    {
        var config = Path.Combine(folder.Path, "agent.json");
        await File.WriteAllTextAsync(config, $$"""{"lanes":[{"name":"metro-1",{{member}}}]}""");

        var ended = await Programs.RunGateAsync("gate-agent", "check", "--config", config);

        Assert.Equal(2, ended.Code);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_says_its_reason_without_an_agent()
    {
        var ended = await Programs.RunGateAsync("gatectl", "why", "2000004", "--json", "--socket", Path.Combine(folder.Path, "none"));

        Assert.Equal(0, ended.Code);
        Assert.Equal(20, JsonNode.Parse(ended.Output)!["reason"]!.GetValue<int>());
        Assert.Contains("12345", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_with_a_wrong_digit_is_refused()
    {
        var ended = await Programs.RunGateAsync("gatectl", "why", "2000014");

        Assert.Equal(2, ended.Code);
        Assert.Empty(ended.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("journal")]
    [InlineData("watch")]
    public async Task Without_an_agent_a_command_says_so(string verb)
    {
        var ended = await Programs.RunGateAsync("gatectl", verb, "--socket", Path.Combine(folder.Path, "none"));

        Assert.Equal(3, ended.Code);
        Assert.Contains("No agent answers", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judging_against_a_test_province_gives_the_answer_of_a_gate()
    {
        var province = MakeProvince();

        var green = await JudgeAsync("cinemaOrTheatre", province.Cast["green-phone"].Texts[0]);
        var yellow = await JudgeAsync("cinemaOrTheatre", province.Cast["yellow-cinema"].Texts[0]);
        var freed = await JudgeAsync("cinemaOrTheatre", [.. province.Cast["yellow-report"].Texts]);
        var picture = await JudgeAsync("metro", "--picture", Path.Combine(province.CastFolder, "red-1.png"));

        Assert.Equal((0, 10), (green.Code, ReasonOf(green)));
        Assert.Equal((1, 21), (yellow.Code, ReasonOf(yellow)));
        Assert.Equal((0, 12), (freed.Code, ReasonOf(freed)));
        Assert.Equal((1, 20), (picture.Code, ReasonOf(picture)));
    }

    [Fact]
    public async Task A_batch_from_standard_input_gives_one_answer_a_line()
    {
        var province = MakeProvince();
        var lines = string.Join('\n', province.Cast["green-phone"].Texts[0], "https://example.org", province.Cast["red"].Texts[0]) + "\n";

        var ended = await Programs.RunAsync(Path.Combine(Programs.Gate, "gatectl"), [.. JudgeArguments("metro"), "-"], lines);

        var reasons = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!["reason"]!.GetValue<int>());
        Assert.Equal([10, 41, 20], reasons);
    }

    [Fact]
    public async Task A_policy_with_a_condition_on_green_is_not_loaded()
    {
        MakeProvince(policy => policy["venues"]!["metro"]!["green"] = "admitWithMask");

        var ended = await JudgeAsync("metro", "ZJ1:X");

        Assert.Equal(3, ended.Code);
        Assert.Contains("ConditionOnGreen at venues.metro.green", ended.Errors, StringComparison.Ordinal);
    }

    private ProvinceFolder MakeProvince(Action<JsonObject>? bend = null)
    {
        var province = new ProvinceFolder(folder.Path, new ProvinceOptions { Seed = "programs", People = 100, Now = Now, BendPolicy = bend });
        province.Make(1, static _ => { });
        return province;
    }

    private string[] JudgeArguments(string venue) =>
        ["judge", "--province", folder.Path, "--venue", venue, "--at", Now.ToString("O"), "--json"];

    private Task<Ended> JudgeAsync(string venue, params string[] shown) =>
        Programs.RunGateAsync("gatectl", [.. JudgeArguments(venue), .. shown]);

    private static int ReasonOf(Ended ended) =>
        JsonNode.Parse(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["reason"]!.GetValue<int>();
}
