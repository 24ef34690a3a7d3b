using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Distribution;
using Province.Documents;
using Province.Keys;
using Province.People;
using Province.Publishing;
using Verifier.AllowList;
using Verifier.Trust;

namespace Province;

/// <summary>What a test province is made from.</summary>
internal sealed record ProvinceOptions
{
    /// <summary>Everything follows from it.</summary>
    public required string Seed { get; init; }

    /// <summary>How many people are listed beside the cast, up to 100 million.</summary>
    public required long People { get; init; }

    /// <summary>When the list is true and the cast's codes are fresh.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The gate's name.</summary>
    public string Gate { get; init; } = "demo-1";

    /// <summary>The gate's lanes.</summary>
    public IReadOnlyList<LaneEntry> Lanes { get; init; } = [];

    /// <summary>The gate's public key, SubjectPublicKeyInfo in PEM; null where no gate is enrolled yet.</summary>
    public string? DeviceKeyPem { get; init; }

    /// <summary>The province's code.</summary>
    public string Code { get; init; } = Authority.HomeId;

    /// <summary>A lockdown to order; null for none.</summary>
    public JsonObject? Lockdown { get; init; }

    /// <summary>The end to order; null for none.</summary>
    public JsonObject? End { get; init; }

    /// <summary>Bends the policy before it is signed.</summary>
    public Action<JsonObject>? BendPolicy { get; init; }
}

/// <summary>
/// A whole test province in a folder:
/// <code>
/// repository/   what it publishes: metadata/, targets/
/// root.json     the root to pin
/// desk/         the state folder of a gate called desk, for judging without a gate
/// cast/         what each role shows: cast.tsv, PNG pictures
/// </code>
/// The same options give the same bytes. Never for real people: every key follows from the seed.
/// </summary>
internal sealed class ProvinceFolder
{
    /// <summary>The gate that only judges.</summary>
    public const string Desk = "desk";

    /// <summary>Greatest number of people.</summary>
    public const long PeopleMax = 100_000_000;

    private const int Epoch = 1;
    private const int RunEntries = 1_048_576;
    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);
    private readonly string folder;
    private readonly ProvinceOptions options;
    private readonly SeededBytes seed;

    /// <summary>A province of a folder. Makes nothing yet.</summary>
    public ProvinceFolder(string folder, ProvinceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.People);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.People, PeopleMax);
        this.folder = folder;
        this.options = options;
        seed = new SeededBytes(options.Seed);
        Authority = new Authority(seed);
        Cast = new Cast(seed, Authority, options.Now);
        var key = SigningKey.FromSeed(seed, "device:desk");
        DeskKeyPem = key.PrivateKeyPem;
        DeskPublicPem = key.PublicKeyPem;
    }

    /// <summary>The keys.</summary>
    public Authority Authority { get; }

    /// <summary>The roles.</summary>
    public Cast Cast { get; }

    /// <summary>What is published.</summary>
    public string RepositoryFolder => Path.Combine(folder, "repository");

    /// <summary>The root to pin.</summary>
    public string RootFile => Path.Combine(folder, "root.json");

    /// <summary>State of the gate that only judges.</summary>
    public string DeskFolder => Path.Combine(folder, Desk);

    /// <summary>What the roles show.</summary>
    public string CastFolder => Path.Combine(folder, "cast");

    private string DeskKeyPem { get; }

    private string DeskPublicPem { get; }

    /// <summary>Makes or makes again everything. Tells each step.</summary>
    /// <param name="version">Version of the publication, from 1, rising.</param>
    /// <param name="tell">Takes one line a step.</param>
    public void Make(int version, Action<string> tell)
    {
        var repository = MakeRoot();
        tell("keys and root");
        PublishDocuments(repository, version);
        tell("policy, issuers, sites, gate keys");
        PublishList(repository, tell);
        repository.Publish(new TufIssue(version, options.Now + Validity, options.Now + Validity, options.Now + (6 * Validity)));
        tell($"published as version {version}");
        MakeDesk();
        CastFiles.Write(CastFolder, Cast);
        tell($"cast of {Cast.Members.Count} roles");
    }

    /// <summary>Makes the root that gates pin.</summary>
    public TufRepository MakeRoot()
    {
        Directory.CreateDirectory(folder);
        var repository = Repository();
        repository.PublishRoot(1, options.Now + (12 * Validity));
        File.WriteAllBytes(RootFile, repository.ReadRoot());
        return repository;
    }

    private TufRepository Repository() => new(
        RepositoryFolder,
        new TufKeys(Key(Authority.Root), Key(Authority.Timestamp), Key(Authority.Snapshot), Key(Authority.Targets)));

    private static TufKey Key(SigningKey key) => TufKey.FromScalar(key.ExportScalar());

    private void PublishDocuments(TufRepository repository, int version)
    {
        var policy = PolicyTable.Make(options.Code, version);
        options.BendPolicy?.Invoke(policy);
        repository.AddTarget("policy.json", SignedDocuments.ToBytes(policy));
        var issuers = SignedDocuments.Issuers(
            options.Code, version, options.Now - TimeSpan.FromDays(365), options.Now + TimeSpan.FromDays(3650),
            [
                new IssuerEntry(Authority.HomeId, Authority.Home, true, "healthCode", "report", "staff", "technician"),
                new IssuerEntry(Authority.NeighbourId, Authority.Neighbour, false, "healthCode"),
            ]);
        repository.AddTarget("issuers.json", SignedDocuments.ToBytes(issuers));
        repository.AddTarget("orders.json", SignedDocuments.ToBytes(SignedDocuments.Orders(options.Code, options.Lockdown, options.End)));
        PublishGate(repository, Desk, DeskPublicPem, [new LaneEntry("desk", "attended", "otherPublicPlace")]);
        if (options.DeviceKeyPem is { } pem) PublishGate(repository, options.Gate, pem, options.Lanes);
    }

    private void PublishGate(TufRepository repository, string gate, string pem, IReadOnlyList<LaneEntry> lanes)
    {
        using var device = ECDiffieHellman.Create();
        device.ImportFromPem(pem);
        var publicKey = device.ExportSubjectPublicKeyInfo();
        var hash = Convert.ToHexStringLower(SHA256.HashData(publicKey));
        repository.AddTarget($"sites/{gate}.json", SignedDocuments.ToBytes(SignedDocuments.Site(options.Code, gate, hash, lanes)));
        using var ephemeral = ECDiffieHellman.Create();
        ephemeral.ImportFromPem(SigningKey.FromSeed(seed, $"ephemeral:{gate}:{hash}").PrivateKeyPem);
        var nonce = seed.Bytes($"nonce:{gate}:{hash}", GateKeyEnvelope.NonceSize);
        var envelope = GateKeyEnvelope.Seal(Authority.ListKey.Span, gate, Epoch, publicKey, ephemeral, nonce);
        repository.AddTarget($"keys/{gate}", envelope);
    }

    private void PublishList(TufRepository repository, Action<string> tell)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"list/base-{Epoch}");
        var header = new AllowListHeader(
            options.Code, Epoch, 0, options.Now, [.. Enum.GetValues<SubjectKind>()[1..]]);
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"), RunEntries);
        var count = 0L;
        foreach (var entry in Cast.Entries(Authority.ListKey).Concat(new Population(seed, Authority.ListKey.Span).Entries(options.People)))
        {
            sorter.Add(entry);
            if (++count % 10_000_000 == 0) tell($"{count:N0} entries made");
        }

        var index = AllowListWriter.Write(repository.UnsignedPath(name + ".gal"), header, sorter.Sorted());
        repository.AddTarget(name + ".idx", index);
        tell($"allow-list of {count:N0} entries");
    }

    private void MakeDesk()
    {
        Directory.CreateDirectory(DeskFolder);
        File.WriteAllText(Path.Combine(DeskFolder, "device.key"), DeskKeyPem, Encoding.ASCII);
        File.SetUnixFileMode(Path.Combine(DeskFolder, "device.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Copy(RootFile, Path.Combine(DeskFolder, "root.json"), overwrite: true);
        File.WriteAllText(Path.Combine(DeskFolder, "gate"), Desk + "\n", Encoding.ASCII);
    }
}
