using GateAgent.Trace;

namespace GateAgent.Tests.Trace;

public sealed class HistogramTests
{
    [Fact]
    public void Quantiles_are_at_most_an_eighth_too_long_and_never_too_short()
    {
        var histogram = new Histogram();
        for (var value = 1; value <= 100_000; value++) histogram.Add(value);

        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 1.0 })
        {
            var truth = (long)(100_000 * share);
            Assert.InRange(histogram.Quantile(share), truth, truth + (truth / 8));
        }

        Assert.Equal((100_000L, 100_000L), (histogram.Count, histogram.Longest));
    }

    [Fact]
    public void What_is_short_is_exact_and_what_is_too_long_is_the_longest()
    {
        var histogram = new Histogram();
        foreach (var value in new long[] { 0, 3, 7 }) histogram.Add(value);

        Assert.Equal(3, histogram.Quantile(0.5));
        histogram.Add(long.MaxValue);
        Assert.Equal(long.MaxValue, histogram.Longest);
        Assert.InRange(histogram.Quantile(1), 16_000_000, 17_000_000);
    }

    [Fact]
    public void Nothing_counted_is_nothing() => Assert.Equal(0, new Histogram().Quantile(0.99));
}
