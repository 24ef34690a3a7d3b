using System.Security.Cryptography;
using Distribution.Keys;
using Distribution.Tpm;

namespace Distribution.Floor;

/// <summary>
/// The floor in an ordinary NV index of the board's TPM 2.0. It outlives power cuts and the card. Only who can unseal the
/// device key reads or writes it; docs/decisions/0010-the-floor-in-a-tpm.md says why it is no counter.
/// </summary>
public sealed class TpmFloorPlace : IFloorPlace
{
    private readonly TpmIndex index;
    private readonly TpmKeyPlace keys;

    /// <summary>A place in a TPM. Asks nothing yet.</summary>
    /// <param name="way">The way to the TPM.</param>
    /// <param name="keys">The key that the index answers to. Not disposed with the place.</param>
    public TpmFloorPlace(string way, TpmKeyPlace keys)
    {
        index = new TpmIndex(way, VersionFloor.Size);
        this.keys = keys;
        Name = $"TPM at {way}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public VersionFloor? Read()
    {
        var bytes = WithAuth(index.Read);
        return VersionFloor.TryRead(bytes, out var floor, out var fault)
            ? floor
            : throw FloorPlaceException.Damaged(Name, fault);
    }

    /// <inheritdoc/>
    public void Write(VersionFloor floor) => WithAuth(auth =>
    {
        index.Write(auth, floor.ToBytes());
        return true;
    });

    /// <summary>Makes the index with a floor of nothing seen, unless it answers already. At enrolment, once.</summary>
    /// <exception cref="IOException">The TPM does not.</exception>
    public void Define() => WithAuth(auth =>
    {
        try
        {
            index.Read(auth);
        }
        catch (TpmException other) when (other.Fault is TpmFault.NoIndex or TpmFault.WrongAuth)
        {
            index.Define(auth, default(VersionFloor).ToBytes());
        }

        return true;
    });

    private T WithAuth<T>(Func<byte[], T> task)
    {
        var auth = keys.DeriveAuth();
        try
        {
            return task(auth);
        }
        catch (TpmException lost) when (lost.Fault is TpmFault.NoIndex or TpmFault.WrongAuth)
        {
            throw new FloorPlaceException(
                $"The floor of this gate is no longer in the {Name}: someone removed it with other software. Follow \"Replacing a board\" in operating.md.", lost);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(auth);
        }
    }
}
