using System.Reflection;
using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>A key that forgot a property would merge two states and hide one of them.</summary>
public sealed class LaneKeyTests
{
    [Fact]
    public void Every_property_of_a_state_and_of_a_world_changes_its_key()
    {
        List<Reference> references = [default];
        var (state, world) = (LaneState.AtRest, new LaneWorld());
        var rest = LaneKey.Of(state, world, references);

        Assert.All(Settable<LaneState>(), property => Assert.NotEqual(rest, LaneKey.Of(Changed(state, property), world, references)));
        Assert.All(Settable<LaneWorld>(), property => Assert.NotEqual(rest, LaneKey.Of(state, Changed(world, property), references)));
    }

    [Fact]
    public void Every_input_every_clock_and_every_signal_has_a_key_of_its_own()
    {
        List<Reference> references = [default];
        var keys = new HashSet<LaneKey>();

        foreach (var input in Enum.GetValues<LaneInputs>()) Assert.True(keys.Add(LaneKey.Of(LaneState.AtRest with { Inputs = input }, new LaneWorld { Inputs = input }, references)));
        foreach (var timer in Enum.GetValues<LaneTimer>()) Assert.True(keys.Add(LaneKey.Of(LaneState.AtRest, new LaneWorld { Clocks = 1 << (int)timer }, references)));
        foreach (var signal in Enum.GetValues<Signal>().Skip(1)) Assert.True(keys.Add(LaneKey.Of(LaneState.AtRest with { Signal = signal }, new LaneWorld(), references)));
    }

    [Fact]
    public void What_does_not_fit_is_thrown_and_not_cut_off() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => LaneKey.Of(LaneState.AtRest with { People = 4 }, new LaneWorld(), [default]));

    // Evidence is always none in an exploration, which the key makes sure of.
    private static IEnumerable<PropertyInfo> Settable<T>() =>
        typeof(T).GetProperties().Where(static property => property is { CanWrite: true, Name: not nameof(LaneState.Evidence) });

    private static T Changed<T>(T from, PropertyInfo property)
        where T : class
    {
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(from, null)!;
        object other = property.GetValue(from) switch
        {
            bool flag => !flag,
            int => 1,
            long => property.Name == nameof(LaneState.Passing) ? LaneExplorer.Sequence : LaneExplorer.Ticket,
            Reference => Reference.Of(Reason.Red, 7),
            Enum some => Enum.ToObject(some.GetType(), 1),
            var value => throw new NotSupportedException($"{property.Name} is {value}."),
        };
        property.SetValue(copy, other);
        return copy;
    }
}
