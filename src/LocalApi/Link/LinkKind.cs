namespace LocalApi.Link;

/// <summary>What a frame of the link says; docs/formats/link.md.</summary>
public enum LinkKind : byte
{
    /// <summary>Nothing. Never on the wire.</summary>
    None = 0,

    /// <summary>The agent asks for bytes of a file.</summary>
    Ask = 1,

    /// <summary>The agent says that what it was given last did not hold.</summary>
    Refused = 2,

    /// <summary>These bytes.</summary>
    Bytes = 3,

    /// <summary>The file ends at or before the offset.</summary>
    End = 4,

    /// <summary>There is no such file.</summary>
    NoFile = 5,

    /// <summary>It cannot be had now.</summary>
    Unavailable = 6,

    /// <summary>Something new may be there.</summary>
    News = 7,
}

/// <summary>Why a file cannot be had now.</summary>
public enum LinkWhy : byte
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>No server can be reached, or the connection broke.</summary>
    Unreachable = 1,

    /// <summary>It came too slowly or not at all.</summary>
    TooSlow = 2,

    /// <summary>The server answered with something else than the file or its absence.</summary>
    ServerRefuses = 3,

    /// <summary>The server sends elsewhere, which is not followed.</summary>
    Redirected = 4,

    /// <summary>It is longer than such a file may be, or than was announced.</summary>
    TooLong = 5,

    /// <summary>It is not the file that its name says.</summary>
    Damaged = 6,

    /// <summary>The disk or the stick that holds it cannot be read or written.</summary>
    Storage = 7,
}

/// <summary>What is wrong with a frame.</summary>
public enum LinkFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its length is none that a frame has.</summary>
    Length,

    /// <summary>Its kind is unknown.</summary>
    Kind,

    /// <summary>Its length is not its kind's.</summary>
    Shape,

    /// <summary>It asks for nothing, for more than is given at once, or from before the beginning.</summary>
    Reach,

    /// <summary>Its path is none of a repository.</summary>
    Path,

    /// <summary>Its reason is unknown.</summary>
    Why,
}
