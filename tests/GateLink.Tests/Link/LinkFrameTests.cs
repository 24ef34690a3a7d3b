using System.Buffers.Binary;
using System.Text;
using CardReader.Tests;
using LocalApi.Link;

namespace GateLink.Tests.Link;

public sealed class LinkFrameTests
{
    private const string AskExample =
        "28000000" + "01" + "07000000" + "0000000000000000" + "00400000" + "6D657461646174612F74696D657374616D702E6A736F6E";

    private const string NoFileExample = "05000000" + "05" + "07000000";

    [Fact]
    public void The_examples_of_the_document_are_what_is_written()
    {
        var frame = new byte[LinkFrame.SizeMax];

        var ask = LinkFrame.WriteAsk(7, "metadata/timestamp.json", 0, 16_384, frame);
        Assert.Equal(AskExample, Convert.ToHexString(frame.AsSpan(0, ask)));
        var none = LinkFrame.WriteEnd(7, isFile: false, frame);
        Assert.Equal(NoFileExample, Convert.ToHexString(frame.AsSpan(0, none)));
    }

    [Fact]
    public void What_is_asked_is_read_as_it_was_written()
    {
        var isRead = LinkFrame.TryRead(Convert.FromHexString(AskExample), out var frame, out var used, out _);

        Assert.True(isRead);
        Assert.Equal(AskExample.Length / 2, used);
        Assert.Equal((LinkKind.Ask, 7u, 0L, 16_384), (frame.Kind, frame.Ticket, frame.Offset, frame.Wanted));
        Assert.Equal("metadata/timestamp.json", Encoding.ASCII.GetString(frame.Rest));
    }

    [Fact]
    public void A_frame_that_has_not_come_whole_is_awaited_at_every_byte()
    {
        var whole = Convert.FromHexString(AskExample);

        for (var size = 0; size < whole.Length; size++)
        {
            Assert.True(LinkFrame.TryRead(whole.AsSpan(0, size), out _, out var used, out _));
            Assert.Equal(0, used);
        }
    }

    [Theory]
    [InlineData("00000000" + "07", LinkFault.Length)]
    [InlineData("06000100" + "03", LinkFault.Length)]
    [InlineData("FFFFFFFF" + "03", LinkFault.Length)]
    [InlineData("01000000" + "00", LinkFault.Kind)]
    [InlineData("01000000" + "08", LinkFault.Kind)]
    [InlineData("02000000" + "07", LinkFault.Shape)]
    [InlineData("05000000" + "03", LinkFault.Shape)]
    [InlineData("06000000" + "05", LinkFault.Shape)]
    [InlineData("11000000" + "01", LinkFault.Shape)]
    [InlineData("12010000" + "01", LinkFault.Shape)]
    [InlineData("06000000" + "06" + "01000000" + "08", LinkFault.Why)]
    [InlineData("12000000" + "01" + "01000000" + "FFFFFFFFFFFFFFFF" + "01000000" + "61", LinkFault.Reach)]
    [InlineData("12000000" + "01" + "01000000" + "0000000000000000" + "00000000" + "61", LinkFault.Reach)]
    [InlineData("12000000" + "01" + "01000000" + "0000000000000000" + "01001000" + "61", LinkFault.Reach)]
    [InlineData("12000000" + "01" + "01000000" + "0000000000000000" + "01000000" + "2F", LinkFault.Path)]
    public void Anything_else_is_a_fault(string hex, LinkFault expected)
    {
        var isRead = LinkFrame.TryRead(Convert.FromHexString(hex), out _, out var used, out var fault);

        Assert.False(isRead);
        Assert.Equal(0, used);
        Assert.Equal(expected, fault);
    }

    [Theory]
    [InlineData("targets/sites/gate-7.json", true)]
    [InlineData("metadata/12.list_closing.json", true)]
    [InlineData("", false)]
    [InlineData("/metadata/timestamp.json", false)]
    [InlineData("metadata/", false)]
    [InlineData("metadata//timestamp.json", false)]
    [InlineData("targets/../../etc/shadow", false)]
    [InlineData("targets/.hidden", false)]
    [InlineData("targets/%2e%2e/secret", false)]
    [InlineData("targets/a?b", false)]
    [InlineData("targets/a b", false)]
    [InlineData("http://elsewhere/", false)]
    [InlineData("targets/\u00e9", false)]
    public void A_path_stays_in_the_repository(string path, bool isPath) =>
        Assert.Equal(isPath, LinkFrame.IsPath(Encoding.Latin1.GetBytes(path)));

    [Fact]
    public void The_longest_path_and_answer_pass_and_one_more_does_not()
    {
        var frame = new byte[LinkFrame.SizeMax];
        var path = new string('a', LinkFrame.PathMax);

        var size = LinkFrame.WriteAsk(1, path, long.MaxValue, LinkFrame.WantedMax, frame);
        Assert.True(LinkFrame.TryRead(frame.AsSpan(0, size), out _, out var used, out _));
        Assert.Equal(size, used);
        Assert.Throws<ArgumentException>(() => LinkFrame.WriteAsk(1, path + "a", 0, 1, frame));

        size = LinkFrame.WriteBytes(1, LinkFrame.BytesMax, frame);
        Assert.Equal(LinkFrame.SizeMax, size);
        Assert.True(LinkFrame.TryRead(frame, out _, out used, out _));
        Assert.Equal(size, used);
        Assert.Throws<ArgumentOutOfRangeException>(() => LinkFrame.WriteBytes(1, LinkFrame.BytesMax + 1, frame));
    }

    [Fact]
    public void Whatever_the_bytes_reading_never_throws()
    {
        var noise = new Noise(20_201_124);
        var bytes = new byte[64];

        for (var run = 0; run < 20_000; run++)
        {
            for (var at = 0; at < bytes.Length; at += 4) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), noise.Next());

            // Half of them with a length and kind that could be.
            if (run % 2 == 0) BinaryPrimitives.WriteUInt32LittleEndian(bytes, (noise.Next() % 60) + 1);
            if (run % 2 == 0) bytes[4] = (byte)(noise.Next() % 9);
            if (LinkFrame.TryRead(bytes, out _, out var used, out var fault)) Assert.InRange(used, 0, bytes.Length);
            else Assert.NotEqual(LinkFault.None, fault);
        }
    }
}
