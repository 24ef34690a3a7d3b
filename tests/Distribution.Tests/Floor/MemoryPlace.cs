using Distribution.Floor;

namespace Distribution.Tests.Floor;

/// <summary>A place that the tests hold in their hand: it can be empty, silent, damaged, or cut off before a write.</summary>
internal sealed class MemoryPlace : IFloorPlace
{
    public VersionFloor? Held { get; set; }

    public bool IsSilent { get; set; }

    public bool IsDamaged { get; set; }

    public bool RefusesWrites { get; set; }

    public int Writes { get; private set; }

    public string Name => "place of a test";

    public VersionFloor? Read()
    {
        if (IsSilent) throw new FloorPlaceException("It does not answer.");
        if (IsDamaged) throw FloorPlaceException.Damaged(Name, FloorFault.WrongCheck);
        return Held;
    }

    public void Write(VersionFloor floor)
    {
        if (IsSilent || RefusesWrites) throw new FloorPlaceException("It takes nothing.");
        Writes++;
        (Held, IsDamaged) = (floor, false);
    }
}
