using System.Text;
using CardReader.Tests;
using GateAgent.Configuration;

namespace GateAgent.Tests.Configuration;

/// <summary>Whatever stands in agent.json, the reader answers with a configuration or with named faults, and never throws: the
/// line that rests the outputs after a crash reads the same file.</summary>
public sealed class ConfigMutationTests
{
    private const int Count = 20_000;
    private const string Good = """
        {"stateFolder":"/var/lib/gate-agent","linkSocket":"/run/link.sock","controlSocket":"/run/control.sock","captureFile":"/run/capture",
        "floor":{"kind":"tpm","at":"device:/dev/tpmrm0"},"gpio":{"chip":"simulated","edgesFile":"/run/edges","levelsFile":"/run/levels"},
        "readers":[{"name":"camera","kind":"camera","lane":"metro-1","path":"/run/camera.sock","peerUsers":[1000]},
        {"name":"scanner","kind":"serial","lane":"metro-1","path":"/dev/ttyACM0","idleGapMs":50}],
        "lanes":[{"name":"metro-1","chip":"gpiochip0","relay":{"pin":17,"activeLow":true},"pulseMs":500,"relayHolds":true,"longer":false,
        "inputs":{"fire":{"pin":5},"help":{"pin":6}},"buzzerPwm":{"chip":0,"channel":1},"display":{"kind":"lcd","bus":1,"address":39,"columns":16}}]}
        """;

    private static readonly string[] Pieces =
    [
        "null", "[null]", "{}", "[]", "\"\"", "\" \"", "\"/\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\n\"", "true", "-1", "1e9", "1e999", "0.5",
        "99999999999999999999", "\"name\"", "\"lanes\"", ",", ":", "{", "}", "[", "]", "\"", "\\", "\u00e9", "\U0001f6aa", "//", "\u0000",
    ];

    [Fact]
    public void A_file_that_is_damaged_in_any_way_is_read_or_refused_with_named_faults()
    {
        var noise = new Noise(2020);
        var (read, refused) = (0, 0);
        Assert.Empty(ConfigReader.Parse(Encoding.UTF8.GetBytes(Good)).Faults);
        for (var trial = 0; trial < Count; trial++)
        {
            var bytes = Damage(noise);
            try
            {
                var (config, faults) = ConfigReader.Parse(bytes);
                Assert.Equal(config is null, faults.Any(static fault => fault.Lane is null));
                Assert.All(faults, static fault => Assert.True(fault is { Path.Length: > 0, Found.Length: > 0, Remedy.Length: > 0 }, fault.ToString()));
                if (config is null) refused++;
                else read++;
                if (config is not null) BoardConfig.Open(config).Dispose();
            }
            catch (Exception thrown) when (thrown is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{thrown.GetType().Name} {thrown.Message}: {Encoding.UTF8.GetString(bytes)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read:N0} read, {refused:N0} refused");
        Assert.InRange(read, 100, Count - 100);
    }

    // A whole value is replaced as often as a byte: most files with a bad byte are no JSON, and say nothing of what stands in it.
    private static byte[] Damage(Noise noise)
    {
        var bytes = Encoding.UTF8.GetBytes(Good).ToList();
        for (var changes = 1 + (noise.Next() % 2); changes > 0; changes--)
        {
            var at = (int)(noise.Next() % bytes.Count);
            switch (noise.Next() % 6)
            {
                case 0: bytes[at] = (byte)(noise.Next() & 0xFF); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.InsertRange(at, Piece(noise)); break;
                default: ReplaceValue(bytes, at, noise); break;
            }
        }

        return [.. bytes];
    }

    // From the next colon or bracket to the end of what follows it.
    private static void ReplaceValue(List<byte> bytes, int from, Noise noise)
    {
        var begin = bytes.FindIndex(from, static value => value is (byte)':' or (byte)'[') + 1;
        if (begin == 0) return;
        var end = bytes.FindIndex(begin, static value => value is (byte)',' or (byte)'}' or (byte)']');
        if (end < 0) return;
        bytes.RemoveRange(begin, end - begin);
        bytes.InsertRange(begin, Piece(noise));
    }

    private static byte[] Piece(Noise noise) => Encoding.UTF8.GetBytes(Pieces[noise.Next() % Pieces.Length]);
}
