using Verifier.Policy;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class SiteReaderTests
{
    private const string Document = "documents/site.json";

    [Fact]
    public void The_valid_document_reads_whole()
    {
        Assert.True(SiteDocument.TryRead(Vectors.Bytes(Document), out var site, out _));

        Assert.Equal("demo-1", site.Gate);
        Assert.Equal(new SiteLane("metro-1", LaneKind.Turnstile, VenueKind.Metro), site.Lanes[0]);
        Assert.Equal(new SiteLane("taxi-1", LaneKind.Attended, VenueKind.Taxi), site.Lanes[1]);
    }

    [Theory]
    [InlineData("deviceKey", "ABCD", DocumentFaultKind.BadValue)]
    [InlineData("gate", "", DocumentFaultKind.BadValue)]
    [InlineData("note", "x", DocumentFaultKind.UnknownMember)]
    [InlineData("type", "gate-policy", DocumentFaultKind.WrongType)]
    public void A_wrong_member_is_a_named_fault(string name, string value, DocumentFaultKind kind)
    {
        var document = Vectors.Json(Document);
        document[name] = value;

        Assert.False(SiteDocument.TryRead(document.ToBytes(), out _, out var fault));
        Assert.Equal(kind, fault.Kind);
        Assert.Equal(name, fault.Path);
    }

    [Theory]
    [InlineData("kind", "none")]
    [InlineData("kind", "1")]
    [InlineData("venue", "none")]
    [InlineData("venue", "Metro")]
    public void A_lane_of_no_known_kind_is_refused(string name, string value)
    {
        var document = Vectors.Json(Document);
        document["lanes"]![1]![name] = value;

        Assert.False(SiteDocument.TryRead(document.ToBytes(), out _, out var fault));
        Assert.Equal($"lanes[1].{name}", fault.Path);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(SiteDocument.LanesMax, true)]
    [InlineData(SiteDocument.LanesMax + 1, false)]
    public void The_lanes_have_a_limit(int count, bool isValid)
    {
        var document = Vectors.Json(Document);
        var lane = document["lanes"]![0]!;
        document["lanes"] = new System.Text.Json.Nodes.JsonArray(
        [
            .. Enumerable.Range(0, count).Select(index =>
            {
                var copy = lane.DeepClone();
                copy["name"] = $"metro-{index}";
                return copy;
            }),
        ]);

        Assert.Equal(isValid, SiteDocument.TryRead(document.ToBytes(), out _, out _));
    }

    [Fact]
    public void Two_lanes_of_one_name_are_refused()
    {
        var document = Vectors.Json(Document);
        document["lanes"]![1]!["name"] = "metro-1";

        Assert.False(SiteDocument.TryRead(document.ToBytes(), out _, out _));
    }
}
