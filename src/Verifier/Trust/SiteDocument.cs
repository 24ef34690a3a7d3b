using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifier.Policy;

namespace Verifier.Trust;

/// <summary>What kind of passage a lane is. It decides the resting position.</summary>
public enum LaneKind : byte
{
    /// <summary>Not known: the lane does not run.</summary>
    None = 0,

    /// <summary>A turnstile that turns once for each admission. Rests closed.</summary>
    Turnstile = 1,

    /// <summary>A door with a strike. Rests closed; leaving is free.</summary>
    Door = 2,

    /// <summary>A gate that rests open and closes on refusal.</summary>
    FreeFlow = 3,

    /// <summary>A reader in a taxi or shop that only signals to the attendant.</summary>
    Attended = 4,
}

/// <summary>One lane of a gate, as the province signed it.</summary>
/// <param name="Name">The lane's name; the configuration refers to it.</param>
/// <param name="Kind">The kind of passage.</param>
/// <param name="Venue">The venue kind it is judged by.</param>
public sealed record SiteLane(string Name, LaneKind Kind, VenueKind Venue);

/// <summary>What a role may do beside setting modes.</summary>
public enum RoleRight : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Import what the province published from a folder.</summary>
    Import = 1,
}

/// <summary>What the holders of a role may set at this gate.</summary>
/// <param name="Role">The role, as technician credentials name it.</param>
/// <param name="Modes">The modes.</param>
/// <param name="Longest">The longest time, 1 minute to 24 hours.</param>
public sealed record SiteRole(string Role, ImmutableArray<LaneMode> Modes, TimeSpan Longest)
{
    /// <summary>What else they may do.</summary>
    public ImmutableArray<RoleRight> May { get; init; } = [];
}

/// <summary>What a gate is: <c>sites/GATE.json</c>. Only the province can say it; see docs/formats/documents.md.</summary>
public sealed record SiteDocument
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 64 * 1024;

    /// <summary>Greatest number of lanes of one gate.</summary>
    public const int LanesMax = 16;

    /// <summary>Greatest number of roles.</summary>
    public const int RolesMax = 16;

    /// <summary>Longest time in minutes for which a mode is set, and for which a return is noted.</summary>
    public const int MinutesMax = 24 * 60;

    /// <summary>The gate's name.</summary>
    public required string Gate { get; init; }

    /// <summary>The province's code, two digits.</summary>
    public required string Province { get; init; }

    /// <summary>SHA-256 of the device's public key (SubjectPublicKeyInfo), 64 lower-case hexadecimal digits.</summary>
    public required string DeviceKeyHash { get; init; }

    /// <summary>Who answers for the personal data at this gate.</summary>
    public required string Controller { get; init; }

    /// <summary>The lanes, at least one.</summary>
    public required ImmutableArray<SiteLane> Lanes { get; init; }

    /// <summary>Who may set which mode, 0 to 16 roles.</summary>
    public required ImmutableArray<SiteRole> Roles { get; init; }

    /// <summary>For how long someone who comes in again is noted, 0 to 24 hours; 0 notes nobody. Nobody is kept out for it.
    /// </summary>
    public required TimeSpan NotesReturnWithin { get; init; }

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SiteDocument? site,
        [NotNullWhen(false)] out DocumentFault? fault) => SiteReader.TryRead(json, out site, out fault);
}
