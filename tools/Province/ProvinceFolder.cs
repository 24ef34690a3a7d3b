using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Distribution;
using Province.Documents;
using Province.Keys;
using Province.Lists;
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

    /// <summary>The names of gates that stand in the documents beside these two, on boards of the desk's key.</summary>
    public IReadOnlyList<string> OtherGates { get; init; } = [];

    /// <summary>A crowd that is listed in place of cast and people, by strictly rising key; null for none.</summary>
    public Func<IEnumerable<ListEntry>>? Crowd { get; init; }

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
/// list/         the bases and changes of the list
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
    private const int DaysOfMachines = 30;
    private const int DaysOfPeople = 180;
    private const int DaysOfRoot = 360;
    private readonly Dictionary<string, IReadOnlyDictionary<string, byte[]>> targets = new(StringComparer.Ordinal);
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
        Signers = Authority.Roles.ToDictionary(static role => role.Key, static role => TufKey.FromScalar(role.Value.ExportScalar()), StringComparer.Ordinal);
        Roles = Signers.Aggregate(RoleTable.Empty, static (table, signer) => table.Give(signer.Key, signer.Key, signer.Value));
        foreach (var role in RoleNames.All) Roles = Roles.Hold(role, DaysOf(role));
    }

    /// <summary>The keys.</summary>
    public Authority Authority { get; }

    /// <summary>The roles.</summary>
    public Cast Cast { get; }

    /// <summary>Who signs what: one key for each role.</summary>
    public RoleTable Roles { get; private init; }

    /// <summary>The keys of the roles.</summary>
    public IReadOnlyDictionary<string, TufKey> Signers { get; }

    /// <summary>What is published.</summary>
    public string RepositoryFolder => Path.Combine(folder, "repository");

    /// <summary>The root to pin.</summary>
    public string RootFile => Path.Combine(folder, "root.json");

    /// <summary>State of the gate that only judges.</summary>
    public string DeskFolder => Path.Combine(folder, Desk);

    /// <summary>What the roles show.</summary>
    public string CastFolder => Path.Combine(folder, "cast");

    private string ListFolder => Path.Combine(folder, "list");

    private string DeskKeyPem { get; }

    private string DeskPublicPem { get; }

    /// <summary>Makes or makes again everything. Tells each step.</summary>
    /// <param name="version">Version of the publication, from 1, rising.</param>
    /// <param name="tell">Takes one line a step.</param>
    public void Make(int version, Action<string> tell)
    {
        MakeRoot();
        tell("keys and root");
        GatherDocuments(version);
        tell("policy, issuers, sites, gate keys");
        GatherList(tell);
        Publish(Roles, [.. Signers.Values], version);
        tell($"published as version {version}");
        MakeDesk();
        CastFiles.Write(CastFolder, Cast);
        tell($"cast of {Cast.Members.Count} roles");
    }

    /// <summary>Makes the root that gates pin. A repository of another seed is deleted.</summary>
    public void MakeRoot()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(RepositoryFolder, PublishedRepository.Versioned(1, RoleNames.Root));
        var root = Publication.FirstRoot(Roles, Signers[RoleNames.Root], options.Now);
        if (!IsOfThisSeed(path))
        {
            if (Directory.Exists(RepositoryFolder)) Directory.Delete(RepositoryFolder, recursive: true);
            PublicFile.Write(path, root);
        }

        File.Copy(path, RootFile, overwrite: true);
    }

    /// <summary>Publishes what was gathered by the last <see cref="Make"/>, under a table of roles and by some keys.</summary>
    public void Publish(RoleTable roles, IReadOnlyList<TufKey> signers, int versionLeast) => Publisher.Publish(RepositoryFolder, new PublicationRequest
    {
        Roles = roles,
        Targets = targets,
        Signers = signers,
        Now = options.Now,
        VersionLeast = versionLeast,
    });

    /// <summary>The list of this province, with the state that is the newest.</summary>
    public ListShelf OpenList() => ListShelf.Open(ListFolder, RepositoryFolder, Epoch);

    /// <summary>Publishes the next changes of the list, as every hour.</summary>
    /// <param name="changes">What changed since the newest state, counted in its base.</param>
    /// <param name="asOf">When they were true: later than the newest state. Documents hold from this moment on.</param>
    public Publication PublishChanges(ListChanges changes, DateTimeOffset asOf)
    {
        var shelf = OpenList();
        shelf.TakeChanges(changes, asOf);
        return PublishList(shelf, asOf);
    }

    /// <summary>Publishes other lanes of some gates, as the office of the gates does.</summary>
    public Publication PublishGates(IEnumerable<string> gates, IReadOnlyList<LaneEntry> lanes, DateTimeOffset now)
    {
        foreach (var gate in gates) GatherGate(gate, DeskPublicPem, lanes);
        return Publish(PublicationScope.Gates, now);
    }

    /// <summary>Publishes a list as it stands, after a new base.</summary>
    public Publication PublishList(ListShelf shelf, DateTimeOffset now)
    {
        GatherList(shelf);
        return Publish(PublicationScope.List, now);
    }

    private Publication Publish(PublicationScope scope, DateTimeOffset now) => Publisher.Publish(RepositoryFolder, new PublicationRequest
    {
        Roles = Roles,
        Targets = targets,
        Signers = [.. Signers.Values],
        Now = now,
        Scope = scope,
    });

    private static int DaysOf(string role) => role switch
    {
        RoleNames.Root => DaysOfRoot,
        RoleNames.Targets or RoleNames.Sites or RoleNames.Keys => DaysOfPeople,
        _ => DaysOfMachines,
    };

    private bool IsOfThisSeed(string rootPath) =>
        File.Exists(rootPath) && JsonNode.Parse(File.ReadAllBytes(rootPath))!["signed"]!["keys"]!.AsObject().ContainsKey(Signers[RoleNames.Root].Id);

    private void Add(string role, string path, byte[] bytes)
    {
        if (targets.GetValueOrDefault(role) is not Dictionary<string, byte[]> files) targets[role] = files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        files[path] = bytes;
    }

    private void GatherDocuments(int version)
    {
        var policy = PolicyTable.Make(options.Code, version);
        options.BendPolicy?.Invoke(policy);
        Add(RoleNames.Targets, "policy.json", SignedDocuments.ToBytes(policy));
        var issuers = SignedDocuments.Issuers(
            options.Code, version, options.Now - TimeSpan.FromDays(365), options.Now + TimeSpan.FromDays(3650),
            [
                new IssuerEntry(Authority.HomeId, Authority.Home, true, "healthCode", "report", "staff", "technician"),
                new IssuerEntry(Authority.NeighbourId, Authority.Neighbour, false, "healthCode"),
            ]);
        Add(RoleNames.Targets, "issuers.json", SignedDocuments.ToBytes(issuers));
        Add(RoleNames.Targets, "orders.json", SignedDocuments.ToBytes(SignedDocuments.Orders(options.Code, options.Lockdown, options.End)));
        GatherGate(Desk, DeskPublicPem, [new LaneEntry("desk", "attended", "otherPublicPlace")]);
        if (options.DeviceKeyPem is { } pem) GatherGate(options.Gate, pem, options.Lanes);
        foreach (var gate in options.OtherGates) GatherGate(gate, DeskPublicPem, options.Lanes);
    }

    private void GatherGate(string gate, string pem, IReadOnlyList<LaneEntry> lanes)
    {
        using var device = ECDiffieHellman.Create();
        device.ImportFromPem(pem);
        var publicKey = device.ExportSubjectPublicKeyInfo();
        var hash = Convert.ToHexStringLower(SHA256.HashData(publicKey));
        Add(RoleNames.Sites, $"sites/{gate}.json", SignedDocuments.ToBytes(SignedDocuments.Site(options.Code, gate, hash, lanes)));
        using var ephemeral = ECDiffieHellman.Create();
        ephemeral.ImportFromPem(SigningKey.FromSeed(seed, $"ephemeral:{gate}:{hash}").PrivateKeyPem);
        var nonce = seed.Bytes($"nonce:{gate}:{hash}", GateKeyEnvelope.NonceSize);
        var envelope = GateKeyEnvelope.Seal(Authority.ListKey.Span, gate, Epoch, publicKey, ephemeral, nonce);
        Add(RoleNames.Keys, $"keys/{gate}", envelope);
    }

    private void GatherList(Action<string> tell)
    {
        var header = new AllowListHeader(
            options.Code, Epoch, 0, options.Now, [.. Enum.GetValues<SubjectKind>()[1..]]);
        var pages = Path.Combine(folder, "base.gal");
        var (index, count) = options.Crowd is { } crowd
            ? (AllowListWriter.Write(pages, header, crowd()), options.People)
            : WriteSorted(pages, header, tell);
        if (Directory.Exists(ListFolder)) Directory.Delete(ListFolder, recursive: true);
        var shelf = OpenList();
        shelf.TakeBase(index, pages);
        GatherList(shelf);
        tell($"allow-list of {count:N0} entries");
    }

    private (byte[] Index, long Count) WriteSorted(string pages, AllowListHeader header, Action<string> tell)
    {
        using var sorter = new EntrySorter(Path.Combine(folder, "runs"), RunEntries);
        var count = 0L;
        foreach (var entry in Cast.Entries(Authority.ListKey).Concat(new Population(seed, Authority.ListKey.Span).Entries(options.People)))
        {
            sorter.Add(entry);
            if (++count % 10_000_000 == 0) tell($"{count:N0} entries made");
        }

        return (AllowListWriter.Write(pages, header, sorter.Sorted()), count);
    }

    private void GatherList(ListShelf shelf) => (targets[RoleNames.List], targets[RoleNames.Closing]) = shelf.Targets();

    private void MakeDesk()
    {
        Directory.CreateDirectory(DeskFolder);
        File.WriteAllText(Path.Combine(DeskFolder, "device.key"), DeskKeyPem, Encoding.ASCII);
        File.SetUnixFileMode(Path.Combine(DeskFolder, "device.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Copy(RootFile, Path.Combine(DeskFolder, "root.json"), overwrite: true);
        File.WriteAllText(Path.Combine(DeskFolder, "gate"), Desk + "\n", Encoding.ASCII);
    }
}
