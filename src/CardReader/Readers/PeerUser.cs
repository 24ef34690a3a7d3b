using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CardReader.Readers;

/// <summary>Which user is at the other end of a Unix socket: unix(7), SO_PEERCRED. The kernel says it, not the peer.</summary>
internal static partial class PeerUser
{
    private const string CameraUser = "gate-camera";
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, 4 bytes each.
    private const int CredentialsSize = 12;
    private const int UserOffset = 4;

    // struct passwd { char *pw_name; char *pw_passwd; uid_t pw_uid; ... }
    private static readonly int PasswdUserOffset = 2 * nint.Size;
    private const int PasswdSizeMax = 4_096;

    /// <summary>The user of a peer; null when the kernel does not say.</summary>
    public static uint? Of(Socket peer)
    {
        Span<byte> credentials = stackalloc byte[CredentialsSize];
        return peer.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == CredentialsSize
            ? MemoryMarshal.Read<uint>(credentials[UserOffset..])
            : null;
    }

    /// <summary>Our own user, and the user <c>gate-camera</c> of deploy/systemd where there is one.</summary>
    public static IReadOnlyList<uint> CamerasByDefault() => OwnAnd(CameraUser);

    /// <summary>Our own user, and another one by name where there is one.</summary>
    public static IReadOnlyList<uint> OwnAnd(string name) => Find(name) is { } other ? [GetUser(), other] : [GetUser()];

    /// <summary>The id of a user by name; null when there is none.</summary>
    public static unsafe uint? Find(string name)
    {
        var entry = stackalloc byte[PasswdSizeMax];
        var strings = stackalloc byte[PasswdSizeMax];
        var failed = GetUserByName(name, entry, strings, PasswdSizeMax, out var found);
        return failed == 0 && found != 0 ? *(uint*)(found + PasswdUserOffset) : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int GetUserByName(string name, byte* entry, byte* strings, nint size, out nint found);
}
