using System.Globalization;
using Province.Publishing;

namespace Province.Keys;

/// <summary>The keys of the test province and of those around it. Offline keys of a real province are never made so.</summary>
internal sealed class Authority
{
    /// <summary>The test province's code.</summary>
    public const string HomeId = "33";

    /// <summary>A neighbour whose codes are mapped.</summary>
    public const string NeighbourId = "44";

    private const int ListKeySize = 32;
    private readonly SeededBytes seed;

    /// <summary>Keys from a seed.</summary>
    public Authority(SeededBytes seed)
    {
        this.seed = seed;
        Roles = RoleNames.All.ToDictionary(static role => role, role => SigningKey.FromSeed(seed, role), StringComparer.Ordinal);
        Home = SigningKey.FromSeed(seed, "issuer:33");
        Neighbour = SigningKey.FromSeed(seed, "issuer:44");
        Unknown = SigningKey.FromSeed(seed, "issuer:99");
        Forger = SigningKey.FromSeed(seed, "forger");
        ListKey = ListKeyOf(1);
    }

    /// <summary>The key of each role of the repository.</summary>
    public IReadOnlyDictionary<string, SigningKey> Roles { get; }

    /// <summary>Signs the home province's codes, reports and badges.</summary>
    public SigningKey Home { get; }

    /// <summary>Signs the neighbour's codes.</summary>
    public SigningKey Neighbour { get; }

    /// <summary>A key that no document names.</summary>
    public SigningKey Unknown { get; }

    /// <summary>A key that signs in the home province's name.</summary>
    public SigningKey Forger { get; }

    /// <summary>The key of the list of epoch 1, 32 bytes.</summary>
    public ReadOnlyMemory<byte> ListKey { get; }

    /// <summary>The key of the list of an epoch, 32 bytes.</summary>
    public byte[] ListKeyOf(int epoch) =>
        seed.Bytes(string.Create(CultureInfo.InvariantCulture, $"list-key:{epoch}"), ListKeySize);
}
