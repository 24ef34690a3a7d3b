using System.Collections.Concurrent;
using LocalApi;

namespace GateAgent.Health;

/// <summary>One item for each component: well, degraded or failed, with one sentence for the technician. Any thread.</summary>
internal sealed class HealthBoard
{
    private const string Well = "well";
    private readonly ConcurrentDictionary<string, HealthItem> items = new(StringComparer.Ordinal);
    private readonly TimeProvider time;

    /// <summary>An empty board.</summary>
    public HealthBoard(TimeProvider time) => this.time = time;

    /// <summary>All items, the worst first.</summary>
    public IReadOnlyList<HealthItem> Items =>
        [.. items.Values.OrderBy(item => Rank(item.State)).ThenBy(item => item.Component, StringComparer.Ordinal)];

    /// <summary>The component works.</summary>
    /// <returns>True when it did not before.</returns>
    public bool SetWell(string component) => Set(component, Well, string.Empty);

    /// <summary>The component works in part.</summary>
    /// <returns>True when this is news.</returns>
    public bool SetDegraded(string component, string text) => Set(component, "degraded", text);

    /// <summary>The component does not work.</summary>
    /// <returns>True when this is news.</returns>
    public bool SetFailed(string component, string text) => Set(component, "failed", text);

    private static int Rank(string state) => state switch
    {
        "failed" => 0,
        "degraded" => 1,
        _ => 2,
    };

    private bool Set(string component, string state, string text)
    {
        var isNews = !items.TryGetValue(component, out var before) || before.State != state;
        items[component] = new HealthItem(component, state, text, isNews ? time.GetUtcNow() : before!.Since);
        return isNews;
    }
}
