using System.Buffers;
using System.Text.Json;
using Verifier.Tests.AllowList;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true, false, null ] }""", """{"a":[true,false,null],"b":1}""")]
    [InlineData("""{"":0,"A":1,"a":2,"Z":3}""", """{"":0,"A":1,"Z":3,"a":2}""")]
    [InlineData(""" "a\"b\\c\/d\u0041" """, """ "a\"b\\c/dA" """)]
    [InlineData(""" "\n\t\u0001" """, " \"\n\t\u0001\" ")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("0", "0")]
    public void A_value_has_one_form(string json, string expected) => Assert.Equal(expected.Trim(' '), Write(json));

    [Fact]
    public void Members_are_sorted_by_code_point_and_not_by_half_characters() =>
        Assert.Equal("{\"\uFB01\":1,\"\U0001F600\":2}", Write("{\"\U0001F600\":2,\"\uFB01\":1}"));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0")]
    [InlineData("9223372036854775808")]
    [InlineData("{\"a\":[0.5]}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\":1}")]
    public void What_has_no_canonical_form_is_refused(string json) => Assert.Null(Write(json));

    [Fact]
    public void A_member_twice_is_refused_even_when_the_parser_let_it_pass()
    {
        using var document = JsonDocument.Parse("""{"a":1,"b":2,"a":1}""");

        Assert.False(CanonicalJson.TryWrite(document.RootElement, new ArrayBufferWriter<byte>()));
    }

    [Theory]
    [InlineData(CanonicalJson.DepthMax, true)]
    [InlineData(CanonicalJson.DepthMax + 1, false)]
    public void Nesting_ends_at_its_limit(int depth, bool isWritten)
    {
        var json = new string('[', depth) + new string(']', depth);
        using var document = JsonDocument.Parse(json);

        Assert.Equal(isWritten, CanonicalJson.TryWrite(document.RootElement, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Mutated_documents_never_throw()
    {
        var random = new SplitMix(3);
        var sample = """{"a":[1,2,{"\ud83d\ude00":"x\"\\","c":-17}],"b":null}"""u8.ToArray();
        var written = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])sample.Clone();
            bytes[random.Below(bytes.Length)] = (byte)(random.Next() & 0x7F);
            try
            {
                using var document = JsonDocument.Parse(bytes, CanonicalJson.Parsing);
                if (CanonicalJson.TryWrite(document.RootElement, new ArrayBufferWriter<byte>())) written++;
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                // The parser's answer to what is no JSON, or half a surrogate pair in a name.
                continue;
            }
        }

        Assert.InRange(written, 1, 19_999);
    }

    private static string? Write(string json)
    {
        var target = new ArrayBufferWriter<byte>();
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.TryWrite(document.RootElement, target)
            ? System.Text.Encoding.UTF8.GetString(target.WrittenSpan)
            : null;
    }
}
