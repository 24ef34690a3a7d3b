using System.Text;
using CardReader.Readers;

namespace CardReader.Tests.Readers;

public sealed class ScannerFramesTests
{
    private readonly ScannerFrames frames = new();
    private readonly List<string> codes = [];

    [Theory]
    [InlineData("one\r", "one")]
    [InlineData("one\n", "one")]
    [InlineData("one\r\n", "one")]
    [InlineData("one\rtwo\r\nthree\n", "one|two|three")]
    [InlineData("\r\n\r\r\n", "")]
    [InlineData("one", "")]
    public void CR_LF_and_both_end_a_code(string bytes, string expected)
    {
        Take(bytes);

        Assert.Equal(expected, string.Join('|', codes));
    }

    [Fact]
    public void A_code_may_come_byte_by_byte()
    {
        foreach (var one in "one\r\ntwo\r\n") Take(one.ToString());

        Assert.Equal(["one", "two"], codes);
    }

    [Fact]
    public void A_code_at_the_limit_is_shown_and_one_byte_more_is_dropped_whole_and_counted()
    {
        Take(new string('a', Presentation.PayloadMax) + "\r" + new string('b', Presentation.PayloadMax + 1) + "\rnext\r");

        Assert.Equal([new string('a', Presentation.PayloadMax), "next"], codes);
        Assert.Equal(1, frames.Dropped);
    }

    [Fact]
    public void An_endless_code_is_one_dropped_code_however_long()
    {
        for (var part = 0; part < 50; part++) Take(new string('x', 1_000));
        Take("\r");

        Assert.Empty(codes);
        Assert.Equal(1, frames.Dropped);
    }

    [Fact]
    public void A_silence_ends_a_code_where_the_caller_says_so()
    {
        Take("one");
        frames.End(Keep);
        frames.End(Keep);

        Assert.Equal(["one"], codes);
        Assert.False(frames.HasBegun);
        Assert.Equal(0, frames.Dropped);
    }

    [Fact]
    public void A_silence_never_shows_the_head_of_an_over_long_code()
    {
        Take(new string('x', Presentation.PayloadMax + 1));
        frames.End(Keep);

        Assert.Empty(codes);
        Assert.Equal(1, frames.Dropped);
    }

    [Fact]
    public void Noise_that_is_dropped_does_not_stand_before_the_next_code()
    {
        Take("~~noise");
        Assert.True(frames.HasBegun);
        frames.Drop();
        frames.Drop();
        Take("one\r");

        Assert.Equal(["one"], codes);
        Assert.Equal(1, frames.Dropped);
    }

    [Fact]
    public void Every_way_of_cutting_a_stream_into_pieces_gives_the_same_codes()
    {
        var stream = "first\r\n\nsecond\rthird\n" + new string('x', Presentation.PayloadMax + 1) + "\r\nlast\r\n";

        for (var size = 1; size < 40; size++)
        {
            codes.Clear();
            for (var at = 0; at < stream.Length; at += size) Take(stream.Substring(at, Math.Min(size, stream.Length - at)));
            Assert.Equal(["first", "second", "third", "last"], codes);
        }
    }

    private void Take(string bytes) => frames.Take(Encoding.UTF8.GetBytes(bytes), Keep);

    private void Keep(ReadOnlySpan<byte> code) => codes.Add(Encoding.UTF8.GetString(code));
}
