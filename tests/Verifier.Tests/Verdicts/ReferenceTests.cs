using Verifier.Verdicts;

namespace Verifier.Tests.Verdicts;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData(Reason.Red, 0)]
    [InlineData(Reason.YellowBarred, 482)]
    [InlineData(Reason.TooLate, 9_999)]
    public void A_reference_reads_back_as_it_was_made(Reason reason, int sequence)
    {
        var reference = Reference.Of(reason, sequence);

        Assert.True(Reference.TryParse(reference.ToString(), out var read));
        Assert.Equal(reference, read);
    }

    // Damm's own example: 572 has the check digit 4; leading zeros do not change it.
    [Fact]
    public void The_check_digit_is_that_of_the_published_example() =>
        Assert.Equal("0005724", new Reference(Reason.None, 572).ToString());

    [Fact]
    public void Sequences_wrap_at_ten_thousand() =>
        Assert.Equal(Reference.Of(Reason.Red, 1), Reference.Of(Reason.Red, 10_001));

    [Fact]
    public void Blanks_and_hyphens_are_passed_over() =>
        Assert.True(Reference.TryParse(Reference.Of(Reason.Red, 7).ToString().Insert(3, " ").Insert(6, "-"), out _));

    [Fact]
    public void Every_single_wrong_digit_and_every_swap_of_neighbours_is_caught()
    {
        for (var sequence = 0; sequence < Reference.SequenceCount; sequence += 37)
        {
            var text = Reference.Of(Reason.YellowBarred, sequence).ToString();
            for (var at = 0; at < text.Length; at++)
            {
                for (var digit = '0'; digit <= '9'; digit++)
                {
                    var wrong = text[..at] + digit + text[(at + 1)..];
                    Assert.Equal(wrong == text, Reference.TryParse(wrong, out _));
                }

                if (at + 1 == text.Length || text[at] == text[at + 1]) continue;
                var swapped = text[..at] + text[at + 1] + text[at] + text[(at + 2)..];
                Assert.False(Reference.TryParse(swapped, out _));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("200000")]
    [InlineData("20000044")]
    [InlineData("２０００００４")]
    [InlineData("200000x")]
    public void What_is_no_reference_is_refused(string text) => Assert.False(Reference.TryParse(text, out _));

    [Fact]
    public void Every_reason_has_texts_within_the_limit()
    {
        foreach (var reason in Enum.GetValues<Reason>()[1..])
        {
            var text = ReasonTexts.Of(reason);

            Assert.InRange(text.Zh.Length, 1, ReasonText.LengthMax);
            Assert.InRange(text.En.Length, 1, ReasonText.LengthMax);
        }
    }
}
