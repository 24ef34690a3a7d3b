using System.Security.Cryptography;
using Province.Keys;
using Verifier.AllowList;
using Verifier.Policy;
using Verifier.Trust;

namespace Province.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private const string Make = "make --folder @ --people 100 --now " + ProvinceRun.Now;
    private readonly ProvinceRun run = new();

    private string MakeWithGate => $"{Make} --device-key {run.DeviceKeyFile}";

    [Fact]
    public void A_province_is_made_in_one_go()
    {
        Assert.Equal(0, run.Run($"{MakeWithGate} --lane metro-1:turnstile:metro --lane taxi-1:attended:taxi"));

        Assert.True(SiteDocument.TryRead(run.Target("sites/demo-1.json"), out var site, out _));
        Assert.Equal(["metro-1", "taxi-1"], site.Lanes.Select(lane => lane.Name));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(run.Device.ExportSubjectPublicKeyInfo())), site.DeviceKeyHash);
        Assert.True(PolicyDocument.TryRead(run.Target("policy.json"), out _, out _));
        Assert.True(AllowListIndex.TryRead(run.Target("list/base-1.idx"), out var index, out _));
        Assert.InRange(index.EntryCount, 160, 200);
        Assert.True(index.Covers(SubjectKind.CityCard) && index.Covers(SubjectKind.SocialSecurityCard));
        var pages = Assert.Single(Directory.GetFiles(Path.Combine(run.Province, "repository", "targets", "list"), "*.base-1.gal"));
        Assert.Equal(index.PageFileSize, new FileInfo(pages).Length);
        Assert.True(File.Exists(Path.Combine(run.Province, "root.json")));
    }

    [Fact]
    public void The_list_key_opens_for_the_gate_and_for_no_other()
    {
        Assert.Equal(0, run.Run(MakeWithGate));
        using var thief = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(GateKeyEnvelope.TryOpen(run.Target("keys/demo-1"), "demo-1", 1, run.Device, out var listKey, out _));
        Assert.False(GateKeyEnvelope.TryOpen(run.Target("keys/demo-1"), "demo-1", 1, thief, out _, out _));
        Assert.Equal(new Authority(new SeededBytes("test")).ListKeyOf(1), listKey);
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes()
    {
        using var other = new ProvinceRun();
        File.Copy(run.DeviceKeyFile, other.DeviceKeyFile, overwrite: true);
        foreach (var one in new[] { run, other }) Assert.Equal(0, one.Run($"{Make} --device-key {one.DeviceKeyFile}"));

        var files = Files(run);

        Assert.True(files.Count > 40);
        Assert.Equal(files, Files(other));
    }

    [Fact]
    public void Another_seed_gives_another_root()
    {
        using var other = new ProvinceRun();

        Assert.Equal(0, run.Run(Make));
        Assert.Equal(0, other.Run(Make + " --seed other"));

        Assert.NotEqual(File.ReadAllText(Path.Combine(run.Province, "root.json")), File.ReadAllText(Path.Combine(other.Province, "root.json")));
    }

    [Fact]
    public void A_cell_is_set_for_the_next_publication()
    {
        Assert.Equal(0, run.Run($"{Make} --publication 2 --set cinemaOrTheatre:yellow.region=admit --set park:staticCode=false"));

        Assert.True(PolicyDocument.TryRead(run.Target("policy.json"), out var policy, out _));
        Assert.Equal((2, Rule.Admit), (policy.Version, policy.Venues[VenueKind.CinemaOrTheatre].Region));
        Assert.False(policy.Venues[VenueKind.Park].StaticCode);
    }

    [Theory]
    [InlineData("cinema:red=refer", "no venue 'cinema'")]
    [InlineData("metro:green=admit", "no cell 'green'")]
    [InlineData("metro:yellow.none=admit", "no cell 'yellow.none'")]
    [InlineData("metro.red.admit", "VENUE:CELL=WORD")]
    [InlineData("metro:red=admit", "BadValue at venues.metro.red")]
    [InlineData("metro:yellow=refuse", "BadValue at venues.metro.yellow")]
    public void A_cell_that_no_gate_would_take_is_not_signed(string cell, string complaint)
    {
        Assert.Equal(1, run.Run($"{Make} --set {cell}"));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Province));
    }

    [Fact]
    public void A_document_that_gates_refuse_is_signed_only_when_that_is_asked()
    {
        Assert.Equal(0, run.Run($"{Make} --set metro:red=admit --unchecked"));

        Assert.False(PolicyDocument.TryRead(run.Target("policy.json"), out _, out _));
    }

    [Theory]
    [InlineData("--gate demo/1", "no name of a gate")]
    [InlineData("--gate .demo", "no name of a gate")]
    [InlineData("--lane metro-1:turnstile:bank", "BadValue at lanes[0].venue")]
    [InlineData("--lane metro-1:portal:metro", "BadValue at lanes[0].kind")]
    [InlineData("--lane a:door:park --lane a:door:park", "two lanes of one name")]
    public void A_gate_that_could_not_run_is_not_enrolled(string options, string complaint)
    {
        Assert.Equal(1, run.Run($"{MakeWithGate} {options}"));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Province));
    }

    [Fact]
    public void A_device_key_of_another_shape_or_curve_is_refused()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        foreach (var text in new[] { "no key", new string('x', 5_000), other.ExportSubjectPublicKeyInfoPem(), string.Empty })
        {
            File.WriteAllText(run.DeviceKeyFile, text);

            Assert.Equal(1, run.Run(MakeWithGate));
            Assert.False(Directory.Exists(run.Province));
        }
    }

    [Theory]
    [InlineData("make", 2, "--folder")]
    [InlineData("make --folder @ --people 100000001", 2, "0 to 100000000")]
    [InlineData("make --folder @ --people -1", 2, "0 to 100000000")]
    [InlineData("make --folder @ --now yesterday", 2, "2026-03-01T08:00:00Z")]
    [InlineData("make --folder @ --lane metro", 2, "NAME:KIND:VENUE")]
    [InlineData("open --folder @", 2, "open")]
    [InlineData("code", 2, "--sub")]
    [InlineData("code red --sub 00", 2, "--sub")]
    [InlineData("code nobody", 1, "green-phone")]
    [InlineData("code green-transit-card", 1, "province card")]
    [InlineData("code --sub 00", 1, "32 hexadecimal digits")]
    [InlineData("card red", 1, "province code")]
    [InlineData("list build @/none.csv --folder @", 1, "none.csv")]
    [InlineData("list build - --folder @ --province 123456789", 2, "1 to 8")]
    [InlineData("list build - --folder @ --list-key @/none", 1, "none")]
    [InlineData("list delta - --folder @", 1, "base-1.idx")]
    [InlineData("make --folder @ --device-key @/none", 1, "no device key")]
    public void What_cannot_be_done_says_why(string line, int code, string complaint)
    {
        Assert.Equal(code, run.Run(line));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.False(Directory.Exists(run.Province));
    }

    [Fact]
    public void A_list_is_built_from_lines()
    {
        const string Lines = "# people\n\ncardUid,01020304,green\nperson,00112233445566778899aabbccddeeff,yellow,region,static\n";

        Assert.Equal(0, run.Run($"list build - --folder @ --epoch 2 --now {ProvinceRun.Now}", Lines));

        Assert.True(AllowListIndex.TryRead(File.ReadAllBytes(Path.Combine(run.Province, "base-2.idx")), out var index, out _));
        Assert.Equal((2, 2L), (index.Header.Epoch, index.EntryCount));
        Assert.Equal(index.PageFileSize, new FileInfo(Path.Combine(run.Province, "base-2.gal")).Length);
    }

    [Theory]
    [InlineData("cardUid,01020304,green\ncardUid,0102,green\n", "standard input:2:")]
    [InlineData("cardUid,01020304,green\ncardUid,01020304,red\n", "standard input:2: the subject of line 1 again")]
    public void A_broken_list_leaves_no_list(string lines, string complaint)
    {
        Assert.Equal(1, run.Run("list build - --folder @", lines));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(run.Province));
    }

    [Fact]
    public void Lines_in_another_order_give_the_same_files()
    {
        string[] lines = [.. Enumerable.Range(0, 5_000).Select(number => $"cardUid,{number:x8},{(number % 3 == 0 ? "red" : "green")}")];

        Assert.Equal(0, run.Run($"list build - --folder @ --now {ProvinceRun.Now}", string.Join('\n', lines)));
        var first = Files(run);
        Assert.Equal(0, run.Run($"list build - --folder @ --now {ProvinceRun.Now}", string.Join("\r\n", lines.Reverse())));

        Assert.Equal(["base-1.full", "base-1.gal", "base-1.idx"], first.Select(file => file.Split(' ')[0]));
        Assert.Equal(first, Files(run));
    }

    [Fact]
    public void Changes_of_a_list_become_deltas_that_lead_from_any_state_to_the_newest()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 5_000).Select(number => $"cardUid,{number:x8},green"));
        Assert.Equal(0, run.Run($"list build - --folder @ --now {ProvinceRun.Now}", lines));

        Assert.Equal(0, run.Run($"list delta - --folder @ --now {ProvinceRun.Now}", "cardUid,00000007,red\ncardUid,00000008,removed\n"));
        Assert.Equal(0, run.Run($"list delta - --folder @ --now {ProvinceRun.Now} --from 0", "cardUid,00000007,green\ncardUid,ffffffff,green\n"));

        Assert.True(AllowListIndex.TryRead(File.ReadAllBytes(Path.Combine(run.Province, "base-1.idx")), out var index, out _));
        var byOne = Apply(DeltaOverlay.Start(index), "delta-1-0-2");
        var byTwo = Apply(Apply(DeltaOverlay.Start(index), "delta-1-0-1"), "delta-1-1-2");
        Assert.Equal(byOne.Hash.ToArray(), byTwo.Hash.ToArray());
        Assert.Equal((2, 1, 0), (byOne.Changes.Ranks.Count, byOne.Changes.Inserts.Count, byOne.EntriesMore));
        Assert.Equal(1, run.Run("list delta - --folder @ --from 5", string.Empty));
        Assert.Contains("nothing begins at 5", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cardUid,01020304,removed\n", "line 1: removes a subject that is not on the list")]
    [InlineData("cardUid,01020304,blue\n", "standard input:1: no standing")]
    public void Changes_that_cannot_be_leave_no_delta(string lines, string complaint)
    {
        Assert.Equal(0, run.Run($"list build - --folder @ --now {ProvinceRun.Now}", "cardUid,00000001,green"));
        var before = Files(run);

        Assert.Equal(1, run.Run($"list delta - --folder @ --now {ProvinceRun.Now}", lines));

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files(run));
    }

    [Fact]
    public void Codes_and_cards_are_printed_and_drawn()
    {
        var png = Path.Combine(run.Folder, "code.png");

        Assert.Equal(0, run.Run($"code yellow-report --png {png}"));
        Assert.Equal(2, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("ZJ1:", StringComparison.Ordinal)));
        Assert.True(File.Exists(Path.Combine(run.Folder, "code-1.png")) && File.Exists(Path.Combine(run.Folder, "code-2.png")));
        Assert.Equal(0, run.Run("code --sub 00112233445566778899aabbccddeeff --colour yellow --reason region"));
        Assert.StartsWith("ZJ1:", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, run.Run("card green-transit-card"));
        Assert.Equal("transitCard\tA000000632010105\t000000000000000000000310458888888888888120200101204001010000\n", run.Out);
        Assert.Equal(0, run.Run("card green-city-card"));
        Assert.StartsWith("cityCard\tA00000000386980701\t", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, run.Run("card uid-only-card"));
        Assert.StartsWith("cardUid\t\t04", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cast_stands_in_a_folder_with_its_index()
    {
        Assert.Equal(0, run.Run("cast --folder @"));

        var rows = File.ReadAllLines(Path.Combine(run.Province, "cast.tsv"))[1..].Select(line => line.Split('\t')).ToList();
        Assert.Contains(rows, row => row[0] == "green-city-card" && row[1] == "cityCard");
        Assert.Contains(rows, row => row[0] == "green-social-security-card" && row[1] == "socialSecurityCard");
        Assert.Equal(rows.Count(row => row[1] == "qr"), Directory.GetFiles(run.Province, "*.png").Length);
    }

    public void Dispose() => run.Dispose();

    private DeltaOverlay Apply(DeltaOverlay state, string name)
    {
        Assert.True(ListDelta.TryRead(File.ReadAllBytes(Path.Combine(run.Province, name)), out var delta, out var fault), fault.ToString());
        Assert.True(state.TryApply(delta, out var next, out var refused), refused.ToString());
        return next;
    }

    private static List<string> Files(ProvinceRun one) =>
    [
        .. Directory.EnumerateFiles(one.Province, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(one.Province, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];
}
