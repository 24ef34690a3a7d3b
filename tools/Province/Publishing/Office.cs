using System.Globalization;
using System.Text.Json.Nodes;
using Province.Documents;
using Province.Lists;
using Verifier.Credentials;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>
/// The folder of a real authority. It holds no private key:
/// <code>
/// roles.json     who signs what
/// targets/       what is to be published: policy.json, issuers.json, orders.json, sites/, keys/
/// devices/       the public keys of the gates' boards
/// list/          the bases of the list and the changes of each hour
/// drafts/        documents that wait for signatures
/// repository/    what is published: any static server or a stick carries it as it is
/// </code>
/// </summary>
internal sealed class Office
{
    private const string Policy = "policy.json";
    private const string Issuers = "issuers.json";
    private const string Orders = "orders.json";
    private readonly string folder;

    /// <summary>The office of a folder, which need not be there yet.</summary>
    /// <exception cref="CommandFailure">Its table of roles is broken.</exception>
    public Office(string folder)
    {
        this.folder = Path.GetFullPath(folder);
        Roles = RoleTable.Read(RolesFile);
        Gates = new GateShelf(this.folder);
    }

    /// <summary>Who signs what.</summary>
    public RoleTable Roles { get; }

    /// <summary>The gates.</summary>
    public GateShelf Gates { get; }

    /// <summary>The file of <see cref="Roles"/>.</summary>
    public string RolesFile => Path.Combine(folder, "roles.json");

    /// <summary>What is published.</summary>
    public string RepositoryFolder => Path.Combine(folder, "repository");

    /// <summary>Documents that wait for signatures.</summary>
    public string DraftsFolder => Path.Combine(folder, "drafts");

    /// <summary>The epoch of the gates' list keys: that of the newest envelope; 1 while there is none.</summary>
    public int Epoch => Envelopes().Select(static envelope => GateKeyEnvelope.ReadEpoch(envelope)).DefaultIfEmpty(1).Max();

    private string TargetsFolder => Path.Combine(folder, "targets");

    /// <summary>Names a new gate.</summary>
    /// <exception cref="CommandFailure">No gate would take it, or there is one of that name.</exception>
    public void Enrol(string gate, string devicePem, IReadOnlyList<LaneEntry> lanes, ReadOnlySpan<byte> listKey) =>
        Gates.Enrol(gate, ReadProvince(), devicePem, lanes, Epoch, listKey);

    /// <summary>Names a new board for a gate.</summary>
    /// <exception cref="CommandFailure">There is no such gate, or it is this board already.</exception>
    public void Replace(string gate, string devicePem, ReadOnlySpan<byte> listKey) => Gates.Replace(gate, devicePem, Epoch, listKey);

    /// <summary>The list of the gates' epoch.</summary>
    /// <exception cref="CommandFailure">A file of it is broken.</exception>
    public ListShelf OpenList() => ListShelf.Open(Path.Combine(folder, "list"), RepositoryFolder, Epoch);

    /// <summary>Seals the secret of a new list to every gate: the next epoch, which needs a base of its own.</summary>
    /// <exception cref="CommandFailure">There is no gate, or a gate's device key is not here.</exception>
    public int BeginEpoch(ReadOnlySpan<byte> listKey)
    {
        var epoch = Epoch + 1;
        return Gates.SealAll(epoch, listKey) > 0 ? epoch : throw new CommandFailure("There are no gates yet: the epoch begins with the first gate's secret.");
    }

    /// <summary>Deletes what no gate reads any more. How many files it was.</summary>
    public int Prune() => Pruning.Prune(RepositoryFolder, OpenList().PageHashes);

    /// <summary>Publishes.</summary>
    /// <exception cref="CommandFailure">Something is missing; nothing was published.</exception>
    public Publication Publish(PublicationScope scope, IReadOnlyList<TufKey> signers, DateTimeOffset now)
    {
        string[] faults = [.. Roles.Faults()];
        if (faults.Length > 0) throw new CommandFailure($"Nobody can sign yet:\n  {string.Join("\n  ", faults)}\nName the keys with 'province roles'.");
        if (scope >= PublicationScope.Gates) CheckDocuments();
        var targets = Targets(scope);
        CheckList(scope, targets);
        var publication = Publisher.Publish(RepositoryFolder, new PublicationRequest
        {
            Roles = Roles,
            Targets = targets,
            Signers = signers,
            Now = now,
            Scope = scope,
            DraftsFolder = DraftsFolder,
        });
        Prune();
        return publication;
    }

    private Dictionary<string, IReadOnlyDictionary<string, byte[]>> Targets(PublicationScope scope)
    {
        var targets = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>(StringComparer.Ordinal);
        if (scope == PublicationScope.All)
            targets[RoleNames.Targets] = Files(new[] { Policy, Issuers, Orders }.Where(name => File.Exists(Path.Combine(TargetsFolder, name))));
        if (scope >= PublicationScope.Gates)
        {
            targets[RoleNames.Sites] = Files(Below("sites"));
            targets[RoleNames.Keys] = Files(Below("keys"));
        }

        if (scope is PublicationScope.All or PublicationScope.List) (targets[RoleNames.List], targets[RoleNames.Closing]) = OpenList().Targets();
        return targets;
    }

    private Dictionary<string, byte[]> Files(IEnumerable<string> paths) =>
        paths.ToDictionary(static path => path, path => File.ReadAllBytes(Path.Combine(TargetsFolder, path)), StringComparer.Ordinal);

    private IEnumerable<string> Below(string name)
    {
        var below = Path.Combine(TargetsFolder, name);
        return Directory.Exists(below) ? Directory.EnumerateFiles(below).Select(path => $"{name}/{Path.GetFileName(path)}") : [];
    }

    private IEnumerable<byte[]> Envelopes() => Below("keys").Select(path => File.ReadAllBytes(Path.Combine(TargetsFolder, path)));

    // Keys and base of an epoch come together: with one of them alone no gate would have a list.
    private void CheckList(PublicationScope scope, Dictionary<string, IReadOnlyDictionary<string, byte[]>> targets)
    {
        var published = PublishedRepository.Read(RepositoryFolder).FilesOf(RoleNames.List).Select(static file => file.Path).ToArray();
        var named = targets.TryGetValue(RoleNames.List, out var list) ? list.Keys : published;
        var wanted = string.Create(CultureInfo.InvariantCulture, $"list/base-{Epoch}.idx");
        if (scope == PublicationScope.Timestamp || published.Length == 0 || named.Contains(wanted)) return;
        throw new CommandFailure(
            $"The gates' keys are of epoch {Epoch}, and {(list is null ? "its base is not published: 'province publish' publishes both together." : "its list has no base yet: build one and take it.")}");
    }

    // What a gate would refuse is not signed.
    private void CheckDocuments()
    {
        var province = ReadProvince();
        DocumentCheck.Policy(Required(Policy));
        if (!IssuerTable.TryRead(Required(Issuers), out var issuers, out var issuerFault))
            throw new CommandFailure($"A gate would refuse targets/{Issuers}: {issuerFault}");
        if (issuers.Province != province) throw new CommandFailure($"targets/{Issuers} is of province {issuers.Province}, targets/{Policy} of {province}.");
        if (File.Exists(Path.Combine(TargetsFolder, Orders)))
        {
            if (!OrdersDocument.TryRead(Required(Orders), out var orders, out var ordersFault))
                throw new CommandFailure($"A gate would refuse targets/{Orders}: {ordersFault}");
            if (orders.Province != province) throw new CommandFailure($"targets/{Orders} is of province {orders.Province}, targets/{Policy} of {province}.");
        }

        var published = PublishedRepository.Read(RepositoryFolder);
        Gates.Check(province, path => published.FindTarget(RoleNames.Sites, path));
    }

    private string ReadProvince()
    {
        var policy = Required(Policy);
        DocumentCheck.Policy(policy);
        return JsonNode.Parse(policy)!["province"]!.GetValue<string>();
    }

    private byte[] Required(string name)
    {
        var path = Path.Combine(TargetsFolder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw new CommandFailure($"targets/{name} is missing in {folder}: docs/formats/documents.md says what it holds.");
    }
}
