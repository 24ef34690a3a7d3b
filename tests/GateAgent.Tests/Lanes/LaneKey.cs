using System.Runtime.InteropServices;
using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Tests.Lanes;

/// <summary>
/// A lane and its world in two words, without loss for what an exploration can reach: a search through millions of states
/// compares and keeps words instead of records. A value that does not fit is a defect of the table, and is thrown.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LaneKey(ulong State, ulong World)
{
    private const int InputBits = 10;
    private const int ClockBits = 11;

    /// <summary>The key of a state and a world.</summary>
    /// <param name="state">The lane's state.</param>
    /// <param name="world">The world outside.</param>
    /// <param name="references">The references seen so far; one that is new is added.</param>
    public static LaneKey Of(LaneState state, LaneWorld world, List<Reference> references) =>
        new(OfState(state, references), OfWorld(world));

    private static ulong OfState(LaneState state, List<Reference> references)
    {
        if (!ReferenceEquals(state.Evidence, Evidence.None) && state.Evidence != Evidence.None) throw new ArgumentOutOfRangeException(nameof(state), "Evidence is not explored.");
        var bits = default(Bits);
        bits.Add((ulong)state.Phase, 2);
        bits.Add((ulong)state.Mode, 3);
        bits.Add(state.IsEnded);
        bits.Add((ulong)state.Inputs, InputBits);
        bits.Add(state.IsExiting);
        bits.Add(state.IsBarring);
        bits.Add(state.IsPulseOver);
        bits.Add(state.IsRelayStuck);
        bits.Add(state.LacksLines);
        bits.Add(state.Passing == LaneExplorer.Sequence ? 1 : (ulong)state.Passing * 2, 1);
        bits.Add((ulong)state.People, 2);
        bits.Add((ulong)state.Passed, 2);
        bits.Add(state.IsLong);
        bits.Add(state.IsLongerAsked);
        bits.Add((ulong)state.Failures, 2);
        bits.Add((ulong)(state.Ticket - LaneExplorer.Ticket + 1), 1);
        bits.Add((ulong)state.Signal, 4);
        bits.Add(IndexOf(state.Reference, references), 5);
        bits.Add(state.IsSignalOver);
        bits.Add(state.IsCalling);
        bits.Add((ulong)state.FailedInRow, 2);
        return bits.Word;
    }

    private static ulong OfWorld(LaneWorld world)
    {
        var bits = default(Bits);
        bits.Add(world.Relay);
        bits.Add(world.Permit);
        bits.Add((ulong)world.Shown, 4);
        bits.Add((ulong)world.Clocks, ClockBits);
        bits.Add(world.IsJudging);
        bits.Add(world.IsPending);
        bits.Add(world.IsCalling);
        bits.Add((ulong)world.Passes, 4);
        bits.Add(world.IsStuck);
        bits.Add(world.LacksLines);
        bits.Add(world.IsEnded);
        bits.Add((ulong)world.Left, 2);
        bits.Add((ulong)world.People, 2);
        bits.Add((ulong)world.Failures, 2);
        bits.Add(world.IsLongerAsked);
        bits.Add((ulong)world.Failed, 2);
        bits.Add((ulong)world.Mode, 3);
        bits.Add((ulong)world.Inputs, InputBits);
        return bits.Word;
    }

    private static ulong IndexOf(Reference reference, List<Reference> references)
    {
        var index = references.IndexOf(reference);
        if (index >= 0) return (ulong)index;
        references.Add(reference);
        return (ulong)references.Count - 1;
    }

    private struct Bits
    {
        private int used;

        public ulong Word { get; private set; }

        public void Add(bool value) => Add(value ? 1UL : 0, 1);

        public void Add(ulong value, int size)
        {
            if (value >> size != 0) throw new ArgumentOutOfRangeException(nameof(value), value, "It does not fit into a key.");
            Word |= value << used;
            used += size;
        }
    }
}
