using System.Text;
using CardReader.Readers;

namespace CardReader.Tests.Readers;

public sealed class ScannerFramesTests
{
    [Theory]
    [InlineData("A\rB\r", "A", "B")]
    [InlineData("A\nB\n", "A", "B")]
    [InlineData("A\r\nB\r\n", "A", "B")]
    [InlineData("\r\n\r\nA\r", "A")]
    [InlineData("A")]
    [InlineData("")]
    public void A_code_ends_with_a_line_end_of_any_kind(string bytes, params string[] codes) =>
        Assert.Equal(codes, Cut(Encoding.ASCII.GetBytes(bytes), bytes.Length + 1));

    [Fact]
    public void However_the_bytes_are_split_the_codes_are_the_same()
    {
        var bytes = "ZJ1:ABC\r\nZJ1:DEF\rX\n"u8.ToArray();
        for (var size = 1; size <= bytes.Length; size++) Assert.Equal(["ZJ1:ABC", "ZJ1:DEF", "X"], Cut(bytes, size));
    }

    [Fact]
    public void A_code_at_the_limit_is_shown_and_one_byte_more_is_dropped_whole()
    {
        var longest = new string('A', Presentation.PayloadMax);
        var frames = new ScannerFrames();
        var shown = new List<int>();

        frames.Take(Encoding.ASCII.GetBytes(longest + "\r" + longest + "A\rB\r"), code => shown.Add(code.Length));

        Assert.Equal([Presentation.PayloadMax, 1], shown);
        Assert.Equal(1, frames.Dropped);
    }

    private static List<string> Cut(byte[] bytes, int size)
    {
        var frames = new ScannerFrames();
        var codes = new List<string>();
        foreach (var part in bytes.Chunk(size)) frames.Take(part, code => codes.Add(Encoding.ASCII.GetString(code)));
        return codes;
    }
}
