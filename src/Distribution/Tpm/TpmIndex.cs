using Distribution.Native;

namespace Distribution.Tpm;

/// <summary>
/// One ordinary NV index of a TPM: a few bytes that outlive the card. Its own authorisation value reads and writes it, proven
/// in a session and never shown; the owner hierarchy may only remove it. Not subject to the lockout: 256 bits are not
/// guessed, and a gate must not be locked out by someone who tries.
/// </summary>
internal sealed class TpmIndex
{
    // TCG Registry of reserved TPM 2.0 handles: 01800000 to 01bfffff is the owner's; the rest is "GF".
    private const uint Handle = 0x0180_4746;
    private readonly string way;
    private readonly ushort size;

    /// <summary>The index of this program.</summary>
    /// <param name="way">The way to the TPM.</param>
    /// <param name="size">Its size in bytes.</param>
    public TpmIndex(string way, ushort size)
    {
        this.way = way;
        this.size = size;
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="TpmException"><see cref="TpmFault.NoIndex"/>, <see cref="TpmFault.WrongAuth"/>, or it does not answer.</exception>
    public byte[] Read(byte[] auth) => TpmConnection.Run(way, connection =>
    {
        var (index, session) = Open(connection, auth);
        var code = EsysLibrary.ReadIndex(
            connection.Context, index, index, session, EsysLibrary.None, EsysLibrary.None, size, 0, out var memory);
        using (memory)
        {
            TpmException.ThrowIfFailed(code, "read its index");
            return memory.Contents(size).ToArray();
        }
    });

    /// <summary>Replaces all of it.</summary>
    /// <exception cref="TpmException">As above.</exception>
    public void Write(byte[] auth, byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, size);
        TpmConnection.Run(way, connection =>
        {
            var (index, session) = Open(connection, auth);
            Write(connection, index, session, bytes);
            return true;
        });
    }

    /// <summary>Makes it anew with first contents, in place of one that is there.</summary>
    /// <exception cref="TpmException">The owner hierarchy has a password, or there is no room.</exception>
    public void Define(byte[] auth, byte[] bytes) => TpmConnection.Run(way, connection =>
    {
        if (TryFind(connection, out var old))
        {
            var removed = EsysLibrary.UndefineIndex(
                connection.Context, EsysLibrary.Owner, old, EsysLibrary.Password, EsysLibrary.None, EsysLibrary.None);
            TpmException.ThrowIfFailed(removed, "remove an index of another enrolment");
        }

        var code = EsysLibrary.DefineIndex(
            connection.Context, EsysLibrary.Owner, EsysLibrary.Password, EsysLibrary.None, EsysLibrary.None,
            TpmStructures.Sized(auth), TpmStructures.IndexPublic(Handle, size), out var index);
        TpmException.ThrowIfFailed(code, "define an index");
        Write(connection, index, connection.StartProving(), bytes);
        return true;
    });

    private static void Write(TpmConnection connection, uint index, uint session, byte[] bytes) => TpmException.ThrowIfFailed(
        EsysLibrary.WriteIndex(
            connection.Context, index, index, session, EsysLibrary.None, EsysLibrary.None, TpmStructures.Sized(bytes), 0),
        "write its index");

    private static bool TryFind(TpmConnection connection, out uint index)
    {
        var code = EsysLibrary.Find(connection.Context, Handle, EsysLibrary.None, EsysLibrary.None, EsysLibrary.None, out index);
        if (code != 0 && TpmException.FaultOf(code) == TpmFault.NoIndex) return false;
        TpmException.ThrowIfFailed(code, "find its index");
        return true;
    }

    private static (uint Index, uint Session) Open(TpmConnection connection, byte[] auth)
    {
        if (!TryFind(connection, out var index)) throw new TpmException(TpmFault.NoIndex, "The TPM has no index of this gate.");
        TpmException.ThrowIfFailed(EsysLibrary.SetAuth(connection.Context, index, TpmStructures.Sized(auth)), "take an authorisation value");
        return (index, connection.StartProving());
    }
}
