using System.Text;
using Distribution;
using Province.Lists;
using Verifier.AllowList;

namespace Province.Tests.Lists;

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
    [InlineData("cityCard,20007d93847e0512e3b7,green", 3)]
    [InlineData("socialSecurityCard,463838,green", 3)]
    [InlineData("cardUid,04112233445566,green", 3)]
    public async Task A_line_is_an_entry(string line, int code)
    {
        var entry = Assert.Single(await ReadAsync($"\uFEFF# a remark\r\n\n{line}\n"));

        Assert.Equal(code, entry.Value.Code);
    }

    [Fact]
    public async Task The_key_is_that_of_the_kind_and_the_identifier() =>
        Assert.Equal(
            SubjectKey.Compute(ListKey, SubjectKind.CardUid, [1, 2, 3, 0xAF]),
            Assert.Single(await ReadAsync("cardUid,010203aF,red")).Key);

    [Theory]
    [InlineData("person", "not 3 to 5 fields")]
    [InlineData(Person + ",yellow,region,static,more", "not 3 to 5 fields")]
    [InlineData("Person,00112233445566778899aabbccddeeff,green", "unknown kind")]
    [InlineData("none,00,green", "unknown kind")]
    [InlineData("person,00112233445566778899aabbccddee,green", "16 bytes")]
    [InlineData("person,00112233445566778899aabbccddeeff00,green", "16 bytes")]
    [InlineData("person,00112233445566778899aabbccddeexx,green", "16 bytes")]
    [InlineData("transitCard,13104588888888888881,green", "19 digits")]
    [InlineData("transitCard,0310458888888888888a,green", "19 digits")]
    [InlineData("cityCard,00007d93847e0512e3b7,green", "4 digits of its city")]
    [InlineData("cityCard,2a007d93847e0512e3b7,green", "4 digits of its city")]
    [InlineData("cityCard,20000000000000000000,green", "4 digits of its city")]
    [InlineData("cityCard,7d93847e0512e3b7,green", "4 digits of its city")]
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
    [InlineData(Person + ",red,", "no standing")]
    [InlineData(Person + ",yellow,region,", "no standing")]
    [InlineData(Person + ",", "no standing")]
    public async Task A_broken_line_is_named_by_its_number_and_never_by_its_identifier(string line, string complaint)
    {
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync($"{Person},green\n# remark\n{line}\n"));

        Assert.StartsWith("people.csv:3: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("00112233", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("888888", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_has_a_greatest_length()
    {
        var remark = await ReadAsync("#" + new string('x', 10 * ListLine.LineMax));
        var over = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync(new string(',', ListLine.LineMax + 1)));
        var at = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync(new string(',', ListLine.LineMax)));
        var endless = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync("#" + new string('x', LineBlock.Size)));

        Assert.Empty(remark);
        Assert.Contains("over 256 bytes", over.Message, StringComparison.Ordinal);
        Assert.Contains("fields", at.Message, StringComparison.Ordinal);
        Assert.Contains("over 262144 bytes", endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_line_is_told_up_to_a_limit()
    {
        var two = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync($"nobody\n{Person},green\n{Person},blue\n"));
        var many = await Assert.ThrowsAsync<CommandFailure>(
            () => ReadAsync(string.Concat(Enumerable.Repeat("nobody\n", ListLines.FaultsMost + 1))));

        Assert.Equal(["people.csv:1", "people.csv:3"], two.Message.Split('\n').Select(line => line[..12]));
        Assert.Equal(ListLines.FaultsMost + 1, many.Message.Split('\n').Length);
        Assert.EndsWith("and more after these 20", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_keep_their_order_and_numbers_over_many_blocks()
    {
        const int Count = 30_000;
        var lines = string.Join('\n', Enumerable.Range(0, Count).Select(number => $"cardUid,{number:x8},green"));

        var entries = await ReadAsync(lines);
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync(lines + ",red"));

        Assert.Equal(Count, entries.Count);
        Assert.Equal(SubjectKey.Compute(ListKey, SubjectKind.CardUid, [0, 0, 0x75, 0x2F]), entries[^1].Key);
        Assert.StartsWith("people.csv:30000: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_changes_may_remove()
    {
        const string Line = Person + ",removed";
        await using var source = new MemoryStream(Encoding.UTF8.GetBytes(Line));

        await foreach (var block in ListLines.ReadAsync(source, "changes.csv", ListKey, takesRemoved: true, CancellationToken.None))
            Assert.Equal(ListLine.Removed, block.CodeOf(0));

        var failure = await Assert.ThrowsAsync<CommandFailure>(() => ReadAsync(Line));
        Assert.Contains("no standing", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<List<ListEntry>> ReadAsync(string lines)
    {
        var entries = new List<ListEntry>();
        await using var source = new MemoryStream(Encoding.UTF8.GetBytes(lines));
        await foreach (var block in ListLines.ReadAsync(source, "people.csv", ListKey, takesRemoved: false, CancellationToken.None))
        {
            for (var index = 0; index < block.Count; index++)
            {
                Assert.True(ListValue.TryRead(block.CodeOf(index), out var value));
                entries.Add(new ListEntry(block.KeyOf(index), value));
            }
        }

        return entries;
    }
}
