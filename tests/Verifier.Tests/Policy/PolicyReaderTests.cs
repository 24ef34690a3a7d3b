using System.Text.Json.Nodes;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier.Tests.Policy;

public sealed class PolicyReaderTests
{
    private const string Document = "documents/policy.json";

    [Fact]
    public void The_valid_document_reads_whole()
    {
        Assert.True(PolicyDocument.TryRead(Vectors.Bytes(Document), out var policy, out _));

        Assert.Equal(Enum.GetValues<VenueKind>().Length - 1, policy.Venues.Count);
        Assert.Equal("12345", policy.Hotline);
        Assert.Equal([new PeakHours(new(7, 0), new(9, 30)), new PeakHours(new(22, 30), new(1, 0))], policy.PeakHours);
        Assert.Equal(Rule.Refer, policy.Venues[VenueKind.ResidentialCompound].Red);
        Assert.Equal(Rule.Refuse, policy.Venues[VenueKind.CinemaOrTheatre].Yellow(YellowReason.Region));
        Assert.Equal(Rule.AdmitWithMask, policy.Venues[VenueKind.Taxi].Yellow(YellowReason.FeverWithHistory));
        Assert.Equal(Assurance.CardUid, policy.Venues[VenueKind.Park].Assurance);
        Assert.False(policy.Report.Frees(YellowReason.FeverWithHistory));
        Assert.True(policy.Report.Frees(YellowReason.Region));
        Assert.Equal("Please call 12345", policy.Text(Reason.Red).En);
        Assert.Equal(ReasonTexts.Of(Reason.Green), policy.Text(Reason.Green));
    }

    [Theory]
    [InlineData(7, 0, true)]
    [InlineData(9, 29, true)]
    [InlineData(9, 30, false)]
    [InlineData(6, 59, false)]
    [InlineData(23, 59, true)]
    [InlineData(0, 59, true)]
    [InlineData(1, 0, false)]
    public void Peak_hours_begin_with_their_first_minute_and_may_go_over_midnight(int hour, int minute, bool isPeak)
    {
        Assert.True(PolicyDocument.TryRead(Vectors.Bytes(Document), out var policy, out _));

        Assert.Equal(isPeak, policy.PeakHours.Any(hours => hours.Covers(new TimeOnly(hour, minute))));
    }

    [Theory]
    [InlineData("[{\"from\":\"07:00\",\"until\":\"07:00\"}]", DocumentFaultKind.BadValue)]
    [InlineData("[{\"from\":\"7:00\",\"until\":\"09:00\"}]", DocumentFaultKind.BadValue)]
    [InlineData("[{\"from\":\"07:00\",\"until\":\"24:00\"}]", DocumentFaultKind.BadValue)]
    [InlineData("[{\"from\":\"07:00\"}]", DocumentFaultKind.MissingMember)]
    [InlineData("[{\"from\":\"07:00\",\"until\":\"09:00\",\"days\":\"1-5\"}]", DocumentFaultKind.UnknownMember)]
    [InlineData("null", DocumentFaultKind.BadValue)]
    public void Peak_hours_that_are_none_are_a_named_fault(string hours, DocumentFaultKind kind)
    {
        var document = Vectors.Json(Document);
        document["peakHours"] = JsonNode.Parse(hours);
        Assert.False(PolicyDocument.TryRead(document.ToBytes(), out _, out var fault));
        Assert.Equal(kind, fault.Kind);

        document.Remove("peakHours");
        Assert.False(PolicyDocument.TryRead(document.ToBytes(), out _, out fault));
        Assert.Equal((DocumentFaultKind.MissingMember, "peakHours"), (fault.Kind, fault.Path));
    }

    [Theory]
    [InlineData("venues.metro", "green", "admit", DocumentFaultKind.ConditionOnGreen)]
    [InlineData("venues.metro.yellow", "green", "admitWithMask", DocumentFaultKind.ConditionOnGreen)]
    [InlineData("venues", "green", "refuse", DocumentFaultKind.ConditionOnGreen)]
    [InlineData("", "green", "refuse", DocumentFaultKind.ConditionOnGreen)]
    [InlineData("venues.metro", "red", "admit", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro", "red", "admitWithMask", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro", "red", "none", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro", "red", "Refuse", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro", "assurance", "none", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro.yellow", "region", "1", DocumentFaultKind.BadValue)]
    [InlineData("venues.metro", "hours", "9-17", DocumentFaultKind.UnknownMember)]
    [InlineData("venues", "barracks", "refuse", DocumentFaultKind.UnknownMember)]
    [InlineData("", "city", "stricter", DocumentFaultKind.UnknownMember)]
    [InlineData("", "controller", "", DocumentFaultKind.BadValue)]
    [InlineData("", "type", "gate-site", DocumentFaultKind.WrongType)]
    [InlineData("staleness", "after1h", "refer", DocumentFaultKind.BadValue)]
    [InlineData("staleness", "clockInDoubt", "serve", DocumentFaultKind.BadValue)]
    public void A_member_that_the_format_has_not_is_a_named_fault(
        string path, string name, string value, DocumentFaultKind kind)
    {
        var document = Vectors.Json(Document);
        At(document, path)[name] = value;

        var fault = FaultOf(document);

        Assert.Equal(kind, fault.Kind);
        if (kind != DocumentFaultKind.BadValue || path != "staleness") Assert.EndsWith(name, fault.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "controller", DocumentFaultKind.MissingMember)]
    [InlineData("", "operator", DocumentFaultKind.MissingMember)]
    [InlineData("", "assessment", DocumentFaultKind.MissingMember)]
    [InlineData("", "hotline", DocumentFaultKind.MissingMember)]
    [InlineData("", "texts", DocumentFaultKind.MissingMember)]
    [InlineData("venues", "school", DocumentFaultKind.EmptyCell)]
    [InlineData("venues.park", "red", DocumentFaultKind.EmptyCell)]
    [InlineData("venues.park.yellow", "region", DocumentFaultKind.EmptyCell)]
    [InlineData("venues.park", "assisted", DocumentFaultKind.EmptyCell)]
    public void A_member_that_is_missing_is_a_named_fault(string path, string name, DocumentFaultKind kind)
    {
        var document = Vectors.Json(Document);
        At(document, path).Remove(name);

        var fault = FaultOf(document);

        Assert.Equal(kind, fault.Kind);
        Assert.EndsWith(name, fault.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cell_of_every_row_is_required()
    {
        foreach (var (kind, row) in Vectors.Json(Document)["venues"]!.AsObject())
        {
            foreach (var (cell, _) in row!.AsObject())
            {
                var document = Vectors.Json(Document);
                At(document, $"venues.{kind}").Remove(cell);

                Assert.False(PolicyDocument.TryRead(document.ToBytes(), out _, out _), $"{kind}.{cell} may be missing.");
            }
        }
    }

    [Fact]
    public void A_report_cannot_be_said_to_free_fever_with_history()
    {
        var document = Vectors.Json(Document);
        At(document, "report")["frees"]!.AsArray().Add("feverWithHistory");

        Assert.Equal(DocumentFaultKind.BadValue, FaultOf(document).Kind);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(336, true)]
    [InlineData(337, false)]
    public void The_hours_of_a_report_have_a_limit(int hours, bool isValid)
    {
        var document = Vectors.Json(Document);
        At(document, "report")["hours"] = hours;

        Assert.Equal(isValid, PolicyDocument.TryRead(document.ToBytes(), out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"type\":\"gate-policy\",\"type\":\"gate-policy\"}")]
    [InlineData("{\"type\":\"gate-policy\",}")]
    [InlineData("{\"type\":\"\\uD800\"}")]
    [InlineData("{\"\\uD800\":1}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    public void What_is_no_strict_document_is_refused(string json) =>
        Assert.False(PolicyDocument.TryRead(System.Text.Encoding.UTF8.GetBytes(json), out _, out _));

    [Fact]
    public void A_document_over_its_size_is_refused_before_it_is_parsed()
    {
        Assert.False(PolicyDocument.TryRead(new byte[PolicyDocument.SizeMax + 1], out _, out var fault));

        Assert.Equal(DocumentFaultKind.TooLarge, fault.Kind);
    }

    [Fact]
    public void A_truncated_document_is_refused_at_every_length()
    {
        var whole = Vectors.Bytes(Document);
        for (var length = 0; length < whole.Length; length += 53)
            Assert.False(PolicyDocument.TryRead(whole.AsMemory(0, length), out _, out _));
    }

    private static DocumentFault FaultOf(JsonObject document)
    {
        Assert.False(PolicyDocument.TryRead(document.ToBytes(), out _, out var fault));
        Assert.NotEmpty(fault.ToString());
        return fault;
    }

    private static JsonObject At(JsonObject document, string path)
    {
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries)) document = document[name]!.AsObject();
        return document;
    }
}
