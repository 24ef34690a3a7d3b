using GateAgent.Health;
using GateAgent.Lanes;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>What is left of a lane's kind when no document names it.</summary>
public sealed class KeptKindsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HealthBoard health = new(TimeProvider.System);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_document_said_is_kept_also_where_the_next_one_does_not_name_the_lane()
    {
        KeptKinds.Open(folder.Path).Keep([new("metro 1", LaneKind.Turnstile, VenueKind.Metro), new("gate", LaneKind.FreeFlow, VenueKind.Metro)], health);
        KeptKinds.Open(folder.Path).Keep([new("metro 1", LaneKind.Door, VenueKind.Metro)], health);

        var kept = KeptKinds.Open(folder.Path);

        Assert.Equal((LaneKind.Door, LaneKind.FreeFlow, LaneKind.None), (kept.Find("metro 1"), kept.Find("gate"), kept.Find("other")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Turnstile")]
    [InlineData("1 metro-1\n")]
    [InlineData("turnstile metro-1\n")]
    [InlineData("None metro-1\n")]
    [InlineData("Turnstile, Door metro-1\n")]
    [InlineData("\0\0\0\0")]
    public void What_cannot_be_read_is_not_known(string text)
    {
        File.WriteAllText(folder.At("kinds"), text);

        Assert.Equal(LaneKind.None, KeptKinds.Open(folder.Path).Find("metro-1"));
    }

    [Theory]
    [InlineData(KeptKinds.SizeMax, LaneKind.Door)]
    [InlineData(KeptKinds.SizeMax + 1, LaneKind.None)]
    public void A_file_of_the_greatest_size_is_read_and_a_larger_one_is_not(int size, object expected)
    {
        File.WriteAllText(folder.At("kinds"), "Door metro-1\n".PadRight(size, '\n'));

        Assert.Equal((LaneKind)expected, KeptKinds.Open(folder.Path).Find("metro-1"));
    }

    [Fact]
    public void A_disk_that_does_not_is_a_health_item()
    {
        Directory.CreateDirectory(folder.At("kinds.new"));

        KeptKinds.Open(folder.Path).Keep([new("metro-1", LaneKind.Turnstile, VenueKind.Metro)], health);

        Assert.Equal("degraded", Assert.Single(health.Items).State);
    }

    [Fact]
    public void What_a_disk_did_not_take_is_written_when_it_does()
    {
        var kinds = KeptKinds.Open(folder.Path);
        Directory.CreateDirectory(folder.At("kinds.new"));
        kinds.Keep([new("metro-1", LaneKind.FreeFlow, VenueKind.Metro)], health);
        Assert.Equal(LaneKind.None, kinds.Find("metro-1"));
        Directory.Delete(folder.At("kinds.new"));

        kinds.Keep([new("metro-1", LaneKind.FreeFlow, VenueKind.Metro)], health);

        Assert.Equal((LaneKind.FreeFlow, "well"), (KeptKinds.Open(folder.Path).Find("metro-1"), Assert.Single(health.Items).State));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_not_written_over()
    {
        Directory.CreateDirectory(folder.At("kinds"));
        var kinds = KeptKinds.Open(folder.Path);
        kinds.Keep([new("metro-1", LaneKind.Turnstile, VenueKind.Metro)], health);
        Assert.Equal("degraded", Assert.Single(health.Items).State);
        Directory.Delete(folder.At("kinds"));
        File.WriteAllText(folder.At("kinds"), "Door other\n");

        kinds.Keep([new("metro-1", LaneKind.Turnstile, VenueKind.Metro)], health);

        var kept = KeptKinds.Open(folder.Path);
        Assert.Equal((LaneKind.Door, LaneKind.Turnstile), (kept.Find("other"), kept.Find("metro-1")));
    }
}
