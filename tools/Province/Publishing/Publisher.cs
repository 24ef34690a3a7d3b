using Distribution;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>
/// Writes a publication into its repository: everything but a new root and the timestamp first, then reads it as a gate
/// would, and only when a gate takes all of it writes these two. An end at any point leaves what was published before.
/// </summary>
internal static class Publisher
{
    /// <summary>At most so many new targets are read as a gate would.</summary>
    private const int TargetsTried = 256;

    /// <summary>Plans, writes, tries and publishes. What was published.</summary>
    /// <exception cref="CommandFailure">Signatures are missing, or a gate would refuse the publication.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static Publication Publish(string folder, PublicationRequest request)
    {
        var before = PublishedRepository.Read(folder);
        var publication = Publication.Plan(before, request);
        PublicationFile[] last = [.. publication.Files.Where(static file => IsLast(file.Path))];
        PublicationFile[] written = [.. publication.Files.Where(file => !IsLast(file.Path) && !IsThere(folder, file))];
        foreach (var file in written) PublicFile.Write(Path.Combine(folder, file.Path), file.Bytes);
        TryAsGate(folder, before, publication, last, request.Now, [.. written.Select(static file => file.Path)]);
        foreach (var file in last) PublicFile.Write(Path.Combine(folder, file.Path), file.Bytes);
        if (request.DraftsFolder is { } drafts && Directory.Exists(drafts))
        {
            foreach (var name in publication.Made) File.Delete(Path.Combine(drafts, name));
        }

        return publication;
    }

    private static bool IsLast(string path) =>
        path == PublishedRepository.TimestampPath || path.EndsWith(".root.json", StringComparison.Ordinal);

    // A target's name is its hash: what is there is it.
    private static bool IsThere(string folder, PublicationFile file) =>
        file.Path.StartsWith("targets/", StringComparison.Ordinal)
        && new FileInfo(Path.Combine(folder, file.Path)) is { Exists: true } there && there.Length == file.Bytes.Length;

    private static void TryAsGate(
        string folder, PublishedRepository before, Publication publication, PublicationFile[] last, DateTimeOffset now, HashSet<string> written)
    {
#pragma warning disable VSTHRD002 // A folder and memory answer at once: there is nothing to wait for.
        TryAsGateAsync(folder, before, publication, last, now, written).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    private static async Task TryAsGateAsync(
        string folder, PublishedRepository before, Publication publication, PublicationFile[] last, DateTimeOffset now, HashSet<string> written)
    {
        var disk = FolderFetch.From(folder);
        var pending = last.ToDictionary(static file => file.Path, static file => file.Bytes, StringComparer.Ordinal);
        var first = PublishedRepository.RootVersions(folder).DefaultIfEmpty(1).Min();
        var held = new GateMemory(before, pending.GetValueOrDefault(PublishedRepository.Versioned(first, RoleNames.Root))
            ?? await File.ReadAllBytesAsync(Path.Combine(folder, PublishedRepository.Versioned(first, RoleNames.Root))));
        try
        {
            var client = await RepositoryClient.RefreshAsync(held, FetchAsync, now, SnapshotRule.ConsistentOnly, CancellationToken.None);
            foreach (var path in publication.PathsToTry(written).Take(TargetsTried))
                await client.ReadAsync(await client.FindAsync(path, CancellationToken.None), int.MaxValue - 1, CancellationToken.None);
        }
        catch (RefusedException refused)
        {
            throw new CommandFailure($"A gate would refuse this publication, so its timestamp was not written: {refused.Message}", refused);
        }

        ValueTask<int> FetchAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
        {
            if (!pending.TryGetValue(path, out var bytes)) return disk(path, offset, buffer, stop);
            var left = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
            var count = Math.Min(left.Length, buffer.Length);
            left[..count].CopyTo(buffer.Span);
            return ValueTask.FromResult(count);
        }
    }

    // A gate that has followed from the first root on and holds what was published before.
    private sealed class GateMemory : IHeldMetadata
    {
        private readonly Dictionary<string, byte[]> documents = new(StringComparer.Ordinal);

        public GateMemory(PublishedRepository before, byte[] root)
        {
            foreach (var (role, document) in before.Documents) documents[role] = document.Bytes;
            if (before.Snapshot is not null) documents[RoleNames.Snapshot] = before.Snapshot.Bytes;
            if (before.Timestamp is not null) documents[RoleNames.Timestamp] = before.Timestamp.Bytes;
            documents[RoleNames.Root] = root;
        }

        public byte[]? Find(string role) => documents.GetValueOrDefault(role);

        public void Keep(string role, byte[] document) => documents[role] = document;
    }
}
