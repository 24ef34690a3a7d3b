namespace Distribution.Floor;

/// <summary>
/// A place on the board, outside the card, that keeps a floor. Written only after the set that it stands for is durable on the
/// card, so that a power cut leaves the floor at or below the set. One thread at a time.
/// </summary>
public interface IFloorPlace
{
    /// <summary>What it is, for the technician.</summary>
    string Name { get; }

    /// <summary>The floor; null where the place was empty, so that nothing is known of what the board has seen.</summary>
    /// <exception cref="IOException">The place does not answer, or what it holds is damaged; the message says what to do.</exception>
    VersionFloor? Read();

    /// <summary>Replaces the floor, durably, whole or not at all.</summary>
    /// <exception cref="IOException">The place does not take it; it holds the floor before, or a damaged one.</exception>
    void Write(VersionFloor floor);
}

/// <summary>A place does not keep the floor; the message is for the technician.</summary>
public sealed class FloorPlaceException : IOException
{
    /// <summary>What was found, what to do.</summary>
    public FloorPlaceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>True when the place works and what it holds is no floor: it may be written anew.</summary>
    public bool IsDamaged { get; private init; }

    /// <summary>The place holds no floor.</summary>
    internal static FloorPlaceException Damaged(string name, FloorFault fault) =>
        new($"The floor in the {name} is damaged ({fault}): the next newer set writes it anew.") { IsDamaged = true };
}
