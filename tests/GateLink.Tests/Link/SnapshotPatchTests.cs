using System.Text;
using LocalApi.Link;

namespace GateLink.Tests.Link;

/// <summary>What leads from one snapshot document to the next, and what does not.</summary>
public sealed class SnapshotPatchTests
{
    private const int HeadSize = 21;
    private static readonly byte[] Before = Bytes("{\"meta\":{\"keys\":1,\"list\":17},\"version\":20}");

    [Theory]
    [InlineData("{\"meta\":{\"keys\":1,\"list\":18},\"version\":20}", 1)]
    [InlineData("{\"meta\":{\"keys\":1,\"list\":17},\"version\":20}", 0)]
    [InlineData("", 0)]
    [InlineData("{", 0)]
    [InlineData("{\"meta\":{\"keys\":1,\"keys\":1,\"list\":17},\"version\":20}", 9)]
    [InlineData("nothing in common", 17)]
    public void The_patch_made_of_two_documents_leads_from_one_to_the_other(string next, int middle)
    {
        var patch = SnapshotPatch.Make(Before, Bytes(next));

        Assert.Equal(HeadSize + middle, patch.Length);
        Assert.True(SnapshotPatch.TryApply(Before, patch, out var made));
        Assert.Equal(next, Encoding.ASCII.GetString(made));
    }

    [Fact]
    public void Whatever_is_wrong_with_a_patch_leads_nowhere()
    {
        var patch = SnapshotPatch.Make(Before, Bytes("{\"meta\":{\"keys\":1,\"list\":18},\"version\":20}"));

        for (var length = 0; length < patch.Length; length++) Assert.False(SnapshotPatch.TryApply(Before, patch.AsSpan(0, length), out _));
        for (var bit = 0; bit < patch.Length * 8; bit++)
        {
            byte[] flipped = [.. patch];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SnapshotPatch.TryApply(Before, flipped, out _));
        }

        Assert.False(SnapshotPatch.TryApply(Before.AsSpan(1), patch, out _));
        Assert.False(SnapshotPatch.TryApply([], patch, out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_patch_makes_no_document_that_is_longer_than_a_snapshot_may_be(int more, bool leads)
    {
        Assert.Equal(Verifier.Trust.TrustedMetadata.SnapshotSizeMax, SnapshotPatch.DocumentMax);
        var next = new byte[SnapshotPatch.DocumentMax + more];

        Assert.Equal(leads, SnapshotPatch.TryApply(Before, SnapshotPatch.Make(Before, next), out _));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
