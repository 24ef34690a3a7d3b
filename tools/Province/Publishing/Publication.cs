using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalApi.Link;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>
/// The next publication of a repository: which documents are made anew and what is written, in order. Rules:
/// <list type="number">
/// <item>A document is made anew when it says something else, when its role's keys have changed so that its signatures no
/// longer do, or when less than a quarter of its life is left. Its version is the one after the published.</item>
/// <item>Nothing is written while a document lacks a signature: what is there waits as a draft.</item>
/// <item>A root that changes its keys is signed by enough of the old ones and of the new ones.</item>
/// <item>A draft that says something else than what is wanted now is never replaced silently: it may bear signatures.</item>
/// <item>A snapshot names every document that it ever named.</item>
/// <item>Targets come first, then documents, the snapshot, a new root, and last the timestamp. Whoever reads in between
/// finds the publication before, whole. Only between a root that takes a key away from another role and the new timestamp
/// gates find nothing to take, and keep what they hold.</item>
/// </list>
/// </summary>
internal sealed class Publication
{
    private const int RenewalShare = 4;
    private readonly PublishedRepository before;
    private readonly PublicationRequest request;
    private readonly List<Draft> drafts = [];
    private readonly List<PublicationFile> targets = [];
    private readonly Dictionary<string, int> versions;

    private Publication(PublishedRepository before, PublicationRequest request)
    {
        this.before = before;
        this.request = request;
        versions = before.Documents.ToDictionary(static document => document.Key, static document => document.Value.Version);
    }

    /// <summary>What is written, in order.</summary>
    public IReadOnlyList<PublicationFile> Files { get; private set; } = [];

    /// <summary>Bytes by document, of those that a gate reads each hour: timestamp, snapshot, list.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; private set; } = new Dictionary<string, int>();

    /// <summary>The documents that were made anew, <c>N.ROLE.json</c>.</summary>
    public IEnumerable<string> Made => drafts.Select(static draft => draft.FileName);

    /// <summary>A first root that one key signs, for gates that are enrolled before anything is published.</summary>
    public static byte[] FirstRoot(RoleTable roles, TufKey key, DateTimeOffset now)
    {
        var signed = TufDocument.Begin(RoleNames.Root, 1, now + TimeSpan.FromDays(roles[RoleNames.Root].Days));
        foreach (var (name, value) in RoleContents.OfRoot(roles)) signed[name] = value!.DeepClone();
        return TufDocument.Sign(signed, key);
    }

    /// <summary>Targets that a gate should be able to read: of each document that was made anew the first, the last and the new ones.</summary>
    /// <param name="written">The files that were written, below the repository's folder.</param>
    public IEnumerable<string> PathsToTry(IReadOnlySet<string> written)
    {
        foreach (var draft in drafts.Where(static draft => draft.Signed.ContainsKey("targets")))
        {
            TargetFile[] files = [.. PublishedRepository.FilesOf(draft.Signed)];
            for (var index = 0; index < files.Length; index++)
            {
                if (index == 0 || index == files.Length - 1 || written.Contains("targets/" + files[index].StoredPath)) yield return files[index].Path;
            }
        }
    }

    /// <summary>Makes and signs all documents. Writes nothing but drafts.</summary>
    /// <exception cref="CommandFailure">Signatures are missing, or a draft stands in the way. The message says whose.</exception>
    public static Publication Plan(PublishedRepository before, PublicationRequest request)
    {
        var plan = new Publication(before, request);
        if (request.Scope == PublicationScope.All) plan.PlanRoot();
        plan.PlanDocuments();
        plan.Complete();
        plan.PlanSnapshot();
        plan.PlanTimestamp();
        plan.Order();
        return plan;
    }

    private void PlanRoot()
    {
        var content = RoleContents.OfRoot(request.Roles);
        var next = request.Roles.RuleOf(RoleNames.Root);
        if (before.Root is not { } published)
        {
            Draw(RoleNames.Root, 0, content, [next]);
            return;
        }

        var isSame = Says(published.Signed, content);
        if (isSame && !IsOld(published, RoleNames.Root)) return;
        var isSameRule = JsonNode.DeepEquals(published.Signed["roles"]!["root"], content["roles"]!["root"]);
        Draw(RoleNames.Root, published.Version, content, isSameRule ? [next] : [before.RuleOf(RoleNames.Root, request.Roles.NameOf), next]);
    }

    private void PlanDocuments()
    {
        string[] roles = request.Scope switch
        {
            PublicationScope.All => [RoleNames.Targets, RoleNames.Sites, RoleNames.Keys, RoleNames.List, RoleNames.Closing],
            PublicationScope.Gates => [RoleNames.Sites, RoleNames.Keys],
            PublicationScope.List => [RoleNames.List, RoleNames.Closing],
            _ => [],
        };
        foreach (var role in roles)
        {
            var files = request.Targets.TryGetValue(role, out var found) ? found : new Dictionary<string, byte[]>();
            var rule = RuleOf(role);
            foreach (var (document, content) in RoleContents.Of(role, files, request.Roles, before))
            {
                var published = before.Documents.GetValueOrDefault(document);
                if (published is not null && Says(published.Signed, content) && published.Meets(rule) && !IsOld(published, role)) continue;
                Draw(document, published?.Version ?? 0, content, [rule]);
            }

            foreach (var (path, bytes) in files)
                targets.Add(new PublicationFile("targets/" + new TargetFile(path, bytes.Length, FileHashes.Of(bytes)).StoredPath, bytes));
        }
    }

    // What is published decides while only machines sign; what the authority wants comes with its next whole publication.
    private SigningRule RuleOf(string role) => request.Scope == PublicationScope.All
        ? request.Roles.RuleOf(role)
        : before.RuleOf(role, request.Roles.NameOf);

    private void Draw(string document, int versionBefore, JsonObject content, IReadOnlyList<SigningRule> rules)
    {
        var days = request.Roles[RoleNames.KeyRoleOf(document)].Days;
        var signed = TufDocument.Begin(
            RoleNames.TopLevel.Contains(document) ? document : RoleNames.Targets,
            Math.Max(versionBefore + 1, request.VersionLeast),
            request.Now + TimeSpan.FromDays(days));

        // Roots rise by one, whatever else does.
        if (document == RoleNames.Root) signed["version"] = versionBefore + 1;
        foreach (var (name, value) in content) signed[name] = value!.DeepClone();
        if (document == RoleNames.Snapshot) MoveToEnd(signed, "version", "expires");
        var draft = Waiting(new Draft(document, signed, rules));
        foreach (var key in request.Signers) draft.TrySign(key);
        drafts.Add(draft);
        versions[document] = draft.Version;
    }

    private Draft Waiting(Draft draft)
    {
        if (request.DraftsFolder is null) return draft;
        var path = Path.Combine(request.DraftsFolder, draft.FileName);
        if (!File.Exists(path)) return draft;
        var waiting = Draft.Read(path);
        if (!Says(waiting.Signed, draft.Signed, but: "expires"))
            throw new CommandFailure($"{path} waits for signatures and says something else than what is wanted now. Delete it to draw up a new one; its signatures are then worth nothing.");
        if (waiting.Expires <= request.Now) throw new CommandFailure($"{path} has expired while it waited. Delete it to draw up a new one.");

        // The rules of now, whatever stands in the file.
        return new Draft(draft.Role, waiting.Signed, draft.Wanted, JsonNode.Parse(File.ReadAllBytes(path))!["signatures"]!.AsArray());
    }

    private void Complete()
    {
        Draft[] missing = [.. drafts.Where(static draft => !draft.IsComplete)];
        if (missing.Length == 0) return;
        if (request.DraftsFolder is { } folder)
        {
            Directory.CreateDirectory(folder);
            foreach (var draft in missing) PublicFile.Write(Path.Combine(folder, draft.FileName), draft.ToFile());
        }

        var lines = string.Join("\n  ", missing.SelectMany(static draft => draft.Progress()));
        throw new CommandFailure($"Nothing is published: signatures are missing.\n  {lines}\nSign the drafts with 'province sign', then publish again.");
    }

    private void PlanSnapshot()
    {
        var rule = RuleOf(RoleNames.Snapshot);
        var meta = new JsonObject();
        var named = versions.Where(static pair => pair.Key != RoleNames.Root)
            .OrderBy(static pair => IsOfTheList(pair.Key)).ThenBy(static pair => pair.Key, StringComparer.Ordinal);
        foreach (var (document, version) in named)
            meta[$"{document}.json"] = new JsonObject { ["version"] = version };
        var content = new JsonObject { ["meta"] = meta };
        if (before.Snapshot is { } published && Says(published.Signed, content) && published.Meets(rule) && !IsOld(published, RoleNames.Snapshot)) return;
        if (request.Scope == PublicationScope.Timestamp)
            throw new CommandFailure("The snapshot must be signed anew as well: run 'province publish list' or 'province publish'.");
        Draw(RoleNames.Snapshot, before.Snapshot?.Version ?? 0, content, [rule]);
        versions.Remove(RoleNames.Snapshot);
        Complete();
    }

    private void PlanTimestamp()
    {
        var made = drafts.Find(static draft => draft.Role == RoleNames.Snapshot);
        var (bytes, version) = made is null ? (before.Snapshot!.Bytes, before.Snapshot.Version) : (made.ToDocument(), made.Version);
        var content = new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["snapshot.json"] = new JsonObject
                {
                    ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
                    ["length"] = bytes.Length,
                    ["version"] = version,
                },
            },
        };
        Draw(RoleNames.Timestamp, before.Timestamp?.Version ?? 0, content, [RuleOf(RoleNames.Timestamp)]);
        Complete();
    }

    private void Order()
    {
        var documents = drafts.ToDictionary(static draft => draft.Role, static draft => draft.ToDocument());
        var inOrder = drafts.Where(static draft => draft.Role is not (RoleNames.Root or RoleNames.Timestamp))
            .Concat(drafts.Where(static draft => draft.Role == RoleNames.Root))
            .Select(draft => new PublicationFile(PublishedRepository.Versioned(draft.Version, draft.Role), documents[draft.Role]));
        Files = [.. targets, .. inOrder, .. Patch(documents), new PublicationFile(PublishedRepository.TimestampPath, documents[RoleNames.Timestamp])];
        Sizes = new[] { RoleNames.Timestamp, RoleNames.Snapshot, RoleNames.List }.ToDictionary(
            static role => role,
            role => (documents.GetValueOrDefault(role) ?? before.Documents.GetValueOrDefault(role)?.Bytes ?? before.Snapshot?.Bytes ?? []).Length);
    }

    // What leads to the new snapshot from the one before, for gates that hold it.
    private IEnumerable<PublicationFile> Patch(Dictionary<string, byte[]> documents)
    {
        var made = drafts.Find(static draft => draft.Role == RoleNames.Snapshot);
        if (made is null || before.Snapshot is not { } published || made.Version != published.Version + 1) yield break;
        yield return new PublicationFile(PublishedRepository.PatchPath(made.Version), SnapshotPatch.Make(published.Bytes, documents[RoleNames.Snapshot]));
    }

    // What changes every hour stands together, so that the patch is short.
    private static bool IsOfTheList(string document) => document is RoleNames.List or RoleNames.Closing;

    private static void MoveToEnd(JsonObject signed, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            signed.Remove(name, out var value);
            signed[name] = value;
        }
    }

    private bool IsOld(PublishedDocument published, string role) =>
        published.Expires - request.Now < TimeSpan.FromDays(request.Roles[role].Days) / RenewalShare;

    // True when a document says what is wanted, whatever its version and expiry.
    private static bool Says(JsonObject published, JsonObject wanted, string? but = null)
    {
        foreach (var (name, value) in wanted)
        {
            if (name != but && !(published.TryGetPropertyValue(name, out var found) && JsonNode.DeepEquals(found, value))) return false;
        }

        return published.Count - wanted.Count == (but is null ? 4 : 0);
    }
}
