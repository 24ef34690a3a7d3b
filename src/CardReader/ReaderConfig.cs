namespace CardReader;

/// <summary>What is wrong with a reader's configuration.</summary>
public enum ReaderFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The name is empty, longer than <see cref="ReaderConfig.NameMax"/>, or holds a blank or control character.</summary>
    BadName,

    /// <summary>No kind of the catalog is called so.</summary>
    UnknownKind,

    /// <summary>The path is empty, longer than <see cref="ReaderConfig.PathMax"/>, or holds a zero character.</summary>
    BadPath,

    /// <summary>The idle gap is out of its range, or the kind has none.</summary>
    BadIdleGap,

    /// <summary>Users are named for a kind that has no peers, or more than <see cref="ReaderConfig.PeerUsersMax"/>.</summary>
    BadPeerUsers,
}

/// <summary>What a reader is made from.</summary>
/// <param name="Name">Its name: 1 to <see cref="NameMax"/> characters without blanks, for it is a field of a capture.</param>
/// <param name="Kind">A kind of the catalog.</param>
/// <param name="Path">The device, socket, PC/SC reader name or capture file.</param>
public sealed record ReaderConfig(string Name, string Kind, string Path)
{
    /// <summary>Greatest name in characters.</summary>
    public const int NameMax = 64;

    /// <summary>Greatest path in characters. A socket's path is shorter by the system's own limit of 107 bytes.</summary>
    public const int PathMax = 255;

    /// <summary>Most users that may be a camera.</summary>
    public const int PeerUsersMax = 8;

    /// <summary>Shortest idle gap: a USB scanner pauses some milliseconds within one code.</summary>
    public static readonly TimeSpan IdleGapMin = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest idle gap.</summary>
    public static readonly TimeSpan IdleGapMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For a serial scanner without a suffix: this long a silence ends a code, 20 ms to 1 s. Null (the default) lets only CR
    /// and LF end one.
    /// </summary>
    public TimeSpan? IdleGap { get; init; }

    /// <summary>
    /// For a camera: the user ids that may connect to its socket. Null (the default) is the agent's own and that of the
    /// user <c>gate-camera</c>, where there is one.
    /// </summary>
    public IReadOnlyList<uint>? PeerUsers { get; init; }

    /// <summary>The first fault of a configuration, in the order of the enumeration.</summary>
    public static ReaderFault Check(ReaderConfig config)
    {
        if (config.Name.Length is 0 or > NameMax || config.Name.Any(static one => char.IsWhiteSpace(one) || char.IsControl(one)))
            return ReaderFault.BadName;
        if (!ReaderCatalog.Kinds.Contains(config.Kind)) return ReaderFault.UnknownKind;
        if (config.Path.Length is 0 or > PathMax || config.Path.Contains('\0', StringComparison.Ordinal)) return ReaderFault.BadPath;
        if (config.IdleGap is { } gap && (config.Kind != ReaderCatalog.Serial || gap < IdleGapMin || gap > IdleGapMax))
            return ReaderFault.BadIdleGap;
        if (config.PeerUsers is { } users && (config.Kind != ReaderCatalog.Camera || users.Count is 0 or > PeerUsersMax))
            return ReaderFault.BadPeerUsers;
        return ReaderFault.None;
    }
}
