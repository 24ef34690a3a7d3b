namespace Verifier.Trust;

/// <summary>
/// Looks for a target through the delegations (TUF 1.0.34 section 5.6.7). Pure: it says which role's document it wants
/// next, and takes it. Rules, in checking order:
/// <list type="number">
/// <item>A document's own files come before its delegations; the first document that names the path decides.</item>
/// <item>Roles that cover the path are visited before the next ones of the same document, in its order, depth first.</item>
/// <item>A terminating role that covers the path ends the search below it: nothing after it is visited.</item>
/// <item>A role is visited once, so that a cycle ends.</item>
/// <item>At most <see cref="VisitsMax"/> delegated roles are visited.</item>
/// <item>A document is believed under the keys of the delegator on this way, whoever else believed it; one that is not
/// ends the search with nothing found.</item>
/// </list>
/// One thread; one search, one path.
/// </summary>
public sealed class TargetSearch
{
    /// <summary>Greatest number of delegated roles in one search, and so the greatest depth.</summary>
    public const int VisitsMax = 32;

    private readonly TrustedMetadata trusted;
    private readonly string path;
    private readonly Stack<(Delegation Role, KeyRing Keys)> left = new();
    private readonly List<TargetsMetadata> documents = [];
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);

    /// <summary>Begins at the top-level targets document, which must have been accepted.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public TargetSearch(TrustedMetadata trusted, string path)
    {
        if (trusted.Targets is not { } top) throw new ArgumentException("The targets document comes first.", nameof(trusted));
        this.trusted = trusted;
        this.path = path;
        ExpiresAt = trusted.ExpiresAt;
        Visit(top);
    }

    /// <summary>The file; null until it is found.</summary>
    public TargetFile? Found { get; private set; }

    /// <summary>Why the search ended before all was visited; null while it may go on.</summary>
    public TrustFault? Fault { get; private set; }

    /// <summary>All files that the documents on the way name, in their order.</summary>
    public IEnumerable<TargetFile> Seen => documents.SelectMany(static document => document.Content.Files.Values);

    /// <summary>When the first of the documents on the way expires.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>The delegated role whose document is wanted next; null when the search is over.</summary>
    public string? Wanted => Found is null && Fault is null && left.TryPeek(out var next) ? next.Role.Name : null;

    /// <summary>Takes the wanted role's document. Null when it is accepted; otherwise another may be tried.</summary>
    /// <exception cref="InvalidOperationException">Nothing is wanted.</exception>
    public TrustFault? Take(ReadOnlyMemory<byte> source)
    {
        if (Wanted is null) throw new InvalidOperationException("The search is over.");
        var (role, keys) = left.Peek();
        if (trusted.ReadDelegated(role, keys, source, out var delegated) is { } fault) return fault;
        left.Pop();
        visited.Add(role.Name);
        if (delegated!.Expires < ExpiresAt) ExpiresAt = delegated.Expires;
        Visit(delegated);
        return null;
    }

    private void Visit(TargetsMetadata document)
    {
        documents.Add(document);
        if (document.Content.Files.TryGetValue(path, out var file))
        {
            Found = file;
            return;
        }

        if (document.Content.Delegations is { } delegations) Push(delegations);
        while (left.TryPeek(out var next) && visited.Contains(next.Role.Name)) left.Pop();
        if (left.Count > 0 && visited.Count == VisitsMax)
            Fault = new TrustFault(TrustFaultKind.TooManyRoles, path, $"more than {VisitsMax} roles to visit", $"at most {VisitsMax}");
    }

    private void Push(Delegations delegations)
    {
        var covering = delegations.Covering(path);
        if (covering.Count > 0 && covering[^1].IsTerminating) left.Clear();
        for (var index = covering.Count - 1; index >= 0; index--) left.Push((covering[index], delegations.Keys));
    }
}
