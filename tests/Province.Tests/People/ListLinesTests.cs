using Province.People;
using Verifier.AllowList;

namespace Province.Tests.People;

public sealed class ListLinesTests
{
    private const string Person = "person,00112233445566778899aabbccddeeff";
    private static readonly byte[] ListKey = new byte[SubjectKey.ListKeySize];

    [Theory]
    [InlineData(Person + ",green", 3)]
    [InlineData(Person + ",green,static", 0b1_0011)]
    [InlineData(Person + ",red", 1)]
    [InlineData(Person + ",yellow,feverWithHistory", 0b0110)]
    [InlineData(Person + ",yellow,region,static", 0b1_1110)]
    [InlineData("transitCard,03104588888888888881,green", 3)]
    [InlineData("cityCard,03104588888888888881,green", 3)]
    [InlineData("socialSecurityCard,463838,green", 3)]
    [InlineData("cardUid,04112233445566,green", 3)]
    public void A_line_is_an_entry(string line, int code)
    {
        var entry = Assert.Single(Read($"# a remark\n\n{line}\n"));

        Assert.Equal(code, entry.Value.Code);
    }

    [Fact]
    public void The_key_is_that_of_the_kind_and_the_identifier() =>
        Assert.Equal(
            SubjectKey.Compute(ListKey, SubjectKind.CardUid, [1, 2, 3, 0xAF]),
            Assert.Single(Read("cardUid,010203aF,red")).Key);

    [Theory]
    [InlineData("person", "1 fields")]
    [InlineData(Person + ",yellow,region,static,more", "6 fields")]
    [InlineData("Person,00112233445566778899aabbccddeeff,green", "unknown kind")]
    [InlineData("none,00,green", "unknown kind")]
    [InlineData("person,00112233445566778899aabbccddee,green", "16 bytes")]
    [InlineData("person,00112233445566778899aabbccddeeff00,green", "16 bytes")]
    [InlineData("person,00112233445566778899aabbccddeexx,green", "16 bytes")]
    [InlineData("transitCard,13104588888888888881,green", "19 digits")]
    [InlineData("transitCard,0310458888888888888a,green", "19 digits")]
    [InlineData("socialSecurityCard,,green", "1 to 32")]
    [InlineData("socialSecurityCard,2020,green", "1 to 32")]
    [InlineData("cardUid,0102030405,green", "4, 7 or 10")]
    [InlineData(Person + ",blue", "no standing")]
    [InlineData(Person + ",none", "no standing")]
    [InlineData(Person + ",Green", "no standing")]
    [InlineData(Person + ",yellow", "no standing")]
    [InlineData(Person + ",yellow,static", "no standing")]
    [InlineData(Person + ",green,region", "no standing")]
    [InlineData(Person + ",red,static,static", "no standing")]
    public void A_broken_line_is_named_by_its_number_and_never_by_its_identifier(string line, string complaint)
    {
        var failure = Assert.Throws<CommandFailure>(() => Read($"{Person},green\n# remark\n{line}\n"));

        Assert.StartsWith("people.csv:3: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("00112233", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("888888", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_has_a_greatest_length()
    {
        var remark = Read("#" + new string('x', 10 * ListLines.LineMax));
        var failure = Assert.Throws<CommandFailure>(() => Read(new string(',', ListLines.LineMax + 1)));

        Assert.Empty(remark);
        Assert.Contains("over 256 characters", failure.Message, StringComparison.Ordinal);
        Assert.Contains("fields", Assert.Throws<CommandFailure>(() => Read(new string(',', ListLines.LineMax))).Message, StringComparison.Ordinal);
    }

    private static List<Distribution.ListEntry> Read(string lines)
    {
        using var reader = new StringReader(lines);
        return [.. ListLines.Read(reader, "people.csv", ListKey)];
    }
}
