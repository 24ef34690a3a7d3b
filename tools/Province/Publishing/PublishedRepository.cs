using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>One published document.</summary>
/// <param name="Signed">What is signed.</param>
/// <param name="Signatures">By whom.</param>
/// <param name="Bytes">As it lies in the repository.</param>
internal sealed record PublishedDocument(JsonObject Signed, JsonArray Signatures, byte[] Bytes)
{
    /// <summary>Its version.</summary>
    public int Version => Signed["version"]!.GetValue<int>();

    /// <summary>When it expires.</summary>
    public DateTimeOffset Expires => TufDocument.ReadMoment(Signed["expires"]!.GetValue<string>());

    /// <summary>True when it is signed as a rule demands.</summary>
    public bool Meets(SigningRule rule) => rule.Holding(TufDocument.Canonical(Signed), Signatures).Count >= rule.Threshold;
}

/// <summary>
/// What a repository folder publishes: the newest root, the timestamp, and the documents of the snapshot that the timestamp
/// names. Files that no timestamp names (an end in the middle of a publication) do not count.
/// </summary>
internal sealed class PublishedRepository
{
    private readonly Dictionary<string, PublishedDocument> documents = new(StringComparer.Ordinal);

    private PublishedRepository(string folder) => Folder = folder;

    /// <summary>Where it lies: <c>metadata/</c> and <c>targets/</c>.</summary>
    public string Folder { get; }

    /// <summary>The newest root; null when there is none yet.</summary>
    public PublishedDocument? Root { get; private set; }

    /// <summary>The documents of the snapshot: <c>targets</c> and the delegated roles.</summary>
    public IReadOnlyDictionary<string, PublishedDocument> Documents => documents;

    /// <summary>The snapshot; null when there is none yet.</summary>
    public PublishedDocument? Snapshot { get; private set; }

    /// <summary>The timestamp; null when there is none yet.</summary>
    public PublishedDocument? Timestamp { get; private set; }

    /// <summary>Reads a folder, which may be empty.</summary>
    /// <exception cref="CommandFailure">A document is missing or broken.</exception>
    public static PublishedRepository Read(string folder)
    {
        var found = new PublishedRepository(folder);
        var newest = RootVersions(folder).DefaultIfEmpty(0).Max();
        if (newest > 0) found.Root = found.Load(Versioned(newest, RoleNames.Root));
        if (!File.Exists(Path.Combine(folder, TimestampPath))) return found;
        found.Timestamp = found.Load(TimestampPath);
        var version = found.Timestamp.Signed["meta"]!["snapshot.json"]!["version"]!.GetValue<int>();
        found.Snapshot = found.Load(Versioned(version, RoleNames.Snapshot));
        foreach (var (name, reference) in found.Snapshot.Signed["meta"]!.AsObject())
        {
            var role = name[..^".json".Length];
            found.documents[role] = found.Load(Versioned(reference!["version"]!.GetValue<int>(), role));
        }

        return found;
    }

    /// <summary>Where the timestamp lies below the folder.</summary>
    public static string TimestampPath => "metadata/timestamp.json";

    /// <summary>Where a document lies below the folder.</summary>
    public static string Versioned(int version, string role) => string.Create(CultureInfo.InvariantCulture, $"metadata/{version}.{role}.json");

    /// <summary>Where the patch lies that leads to a snapshot from the version before.</summary>
    public static string PatchPath(int version) => string.Create(CultureInfo.InvariantCulture, $"metadata/{version}.snapshot.patch");

    /// <summary>The versions of all roots that lie in a folder.</summary>
    public static IEnumerable<int> RootVersions(string folder)
    {
        const string Ending = ".root.json";
        var metadata = Path.Combine(folder, "metadata");
        if (!Directory.Exists(metadata)) yield break;
        foreach (var path in Directory.EnumerateFiles(metadata, "*" + Ending))
        {
            if (int.TryParse(Path.GetFileName(path)[..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var version)) yield return version;
        }
    }

    /// <summary>The files that a published document names, by their paths; empty where there is no such document.</summary>
    public IEnumerable<TargetFile> FilesOf(string document) =>
        documents.TryGetValue(document, out var found) ? FilesOf(found.Signed) : [];

    /// <summary>The bytes of a published target of a role or one of its bins; null when there is none.</summary>
    public byte[]? FindTarget(string role, string path)
    {
        var file = FilesOf(role).Concat(FilesOf(RoleNames.BinOf(role, path))).FirstOrDefault(file => file.Path == path);
        return file is null ? null : File.ReadAllBytes(Path.Combine(Folder, "targets", file.StoredPath));
    }

    /// <summary>The files that a targets document names.</summary>
    public static IEnumerable<TargetFile> FilesOf(JsonObject signed) =>
        from file in signed["targets"]!.AsObject()
        select new TargetFile(file.Key, file.Value!["length"]!.GetValue<int>(), new FileHashes(file.Value["hashes"]!["sha256"]!.GetValue<string>()));

    /// <summary>The rule that a published document of a role must meet: the root's, or that of whoever delegates to it.</summary>
    /// <exception cref="CommandFailure">Nothing published says so.</exception>
    public SigningRule RuleOf(string role, Func<string, string> nameOf)
    {
        if (Root is null) throw new CommandFailure("Nothing is published yet: 'province publish FOLDER' comes first.");
        if (RoleNames.TopLevel.Contains(role))
            return SigningRule.Read(Root.Signed["keys"]!.AsObject(), Root.Signed["roles"]![role]!.AsObject(), nameOf);
        foreach (var delegations in documents.Values.Select(static document => document.Signed["delegations"]))
        {
            var row = delegations?["roles"]?.AsArray().FirstOrDefault(row => row!["name"]!.GetValue<string>() == role);
            if (row is not null) return SigningRule.Read(delegations!["keys"]!.AsObject(), row.AsObject(), nameOf);
        }

        throw new CommandFailure($"Nothing published delegates to {role}: 'province publish FOLDER' comes first.");
    }

    private PublishedDocument Load(string path)
    {
        var full = Path.Combine(Folder, path);
        if (!File.Exists(full)) throw new CommandFailure($"The repository has no {path}, which its publication names: restore it from a mirror.");
        try
        {
            var bytes = File.ReadAllBytes(full);
            var document = JsonNode.Parse(bytes)!;
            var (signed, signatures) = (document["signed"]!.AsObject(), document["signatures"]!.AsArray());
            return new PublishedDocument(signed, signatures, bytes);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new CommandFailure($"{full} is no document of a repository: restore it from a mirror.", fault);
        }
    }
}
