using Verifier.Tests.AllowList;
using Verifier.Trust;

namespace Verifier.Tests.Trust;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*/*", "a/b", true)]
    [InlineData("sites/*.json", "sites/demo-1.json", true)]
    [InlineData("sites/*.json", "sites/a/b.json", false)]
    [InlineData("sites/*.json", "Sites/demo-1.json", false)]
    [InlineData("sites/*", "sites", false)]
    [InlineData("foo-?.tgz", "foo-1.tgz", true)]
    [InlineData("foo-?.tgz", "foo-12.tgz", false)]
    [InlineData("foo?bar", "foo/bar", false)]
    [InlineData("*a*b", "xaxxb", true)]
    [InlineData("*a*b", "xaxxbc", false)]
    [InlineData("a**", "a", true)]
    [InlineData("[ab]", "a", false)]
    [InlineData("[ab]", "[ab]", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "", false)]
    public void A_pattern_matches_whole_segments(string pattern, string path, bool isMatch) =>
        Assert.Equal(isMatch, PathPattern.Match(pattern, path));

    [Fact]
    public void Patterns_agree_with_a_slow_and_plain_reading_of_them()
    {
        var random = new SplitMix(41);
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = Text(random, "ab/*?");
            var path = Text(random, "ab/");
            Assert.True(Plain(pattern, path) == PathPattern.Match(pattern, path), $"{pattern} against {path}");
        }
    }

    [Fact]
    public void Many_stars_do_not_take_for_ever() =>
        Assert.False(PathPattern.Match(string.Concat(Enumerable.Repeat("*a", 128)), new string('a', 127) + new string('b', 129)));

    private static string Text(SplitMix random, string letters)
    {
        var text = new char[random.Below(8)];
        for (var index = 0; index < text.Length; index++) text[index] = letters[random.Below(letters.Length)];
        return new string(text);
    }

    private static bool Plain(string pattern, string path)
    {
        if (pattern.Length == 0) return path.Length == 0;
        if (pattern[0] == '*')
            return Plain(pattern[1..], path) || (path.Length > 0 && path[0] != '/' && Plain(pattern, path[1..]));
        if (path.Length == 0) return false;
        return (pattern[0] == '?' ? path[0] != '/' : pattern[0] == path[0]) && Plain(pattern[1..], path[1..]);
    }
}
