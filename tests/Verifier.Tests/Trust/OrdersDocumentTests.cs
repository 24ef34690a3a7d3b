using System.Text.Json.Nodes;
using Province.Documents;
using Verifier.Policy;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class OrdersDocumentTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Both_parts_read_whole()
    {
        Assert.True(OrdersDocument.TryRead(Bytes(Lockdown(), End()), out var orders, out _));

        Assert.Equal(LaneMode.FreeFlow, orders.End!.Lanes[LaneKind.Turnstile]);
        Assert.True(orders.Locks(VenueKind.School, From));
        Assert.False(orders.Locks(VenueKind.Metro, From));
        Assert.False(orders.Locks(VenueKind.School, From + TimeSpan.FromDays(2)));
        Assert.False(orders.Locks(VenueKind.School, From - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Without_orders_nothing_is_ordered()
    {
        Assert.True(OrdersDocument.TryRead(Bytes(null, null), out var orders, out _));

        Assert.Null(orders.End);
        Assert.False(orders.Locks(VenueKind.School, From));
    }

    [Theory]
    [InlineData("lockdown", "until", "2026-04-15T00:00:00Z", "lockdown")]
    [InlineData("lockdown", "until", "2026-03-01T00:00:00Z", "lockdown")]
    [InlineData("lockdown", "colour", "red", "lockdown.colour")]
    [InlineData("end", "destroyBy", "2026-02-01T00:00:00Z", "end.destroyBy")]
    public void A_part_that_is_wrong_is_named(string part, string name, string value, string path)
    {
        var (lockdown, end) = (Lockdown(), End());
        (part == "end" ? end : lockdown)[name] = value;

        Assert.False(OrdersDocument.TryRead(Bytes(lockdown, end), out _, out var fault));
        Assert.Equal(path, fault.Path);
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("normal")]
    public void An_end_never_locks_anyone_out_and_never_judges_on(string mode)
    {
        var end = End();
        end["lanes"]!["door"] = mode;

        Assert.False(OrdersDocument.TryRead(Bytes(null, end), out _, out var fault));
        Assert.Equal("end.lanes.door", fault.Path);
    }

    private static JsonObject Lockdown() => new()
    {
        ["venues"] = new JsonArray("school", "library"),
        ["from"] = "2026-03-01T00:00:00Z",
        ["until"] = "2026-03-02T00:00:00Z",
    };

    private static JsonObject End() => new()
    {
        ["at"] = "2026-03-01T00:00:00Z",
        ["destroyBy"] = "2026-03-31T00:00:00Z",
        ["lanes"] = new JsonObject { ["turnstile"] = "freeFlow", ["door"] = "outOfOrder", ["freeFlow"] = "freeFlow", ["attended"] = "outOfOrder" },
    };

    private static ReadOnlyMemory<byte> Bytes(JsonObject? lockdown, JsonObject? end) =>
        System.Text.Encoding.UTF8.GetBytes(SignedDocuments.Orders("33", lockdown, end).ToJsonString());
}
