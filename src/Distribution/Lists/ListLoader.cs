using System.Globalization;
using Verifier.AllowList;
using Verifier.Trust;

namespace Distribution.Lists;

/// <summary>
/// Brings the list of an epoch to the state that the signed documents name. Rules, in order:
/// <list type="number">
/// <item>The signed base whose pages are here, brought to the newest sequence by the deltas that are here and one rung: of those
/// beside the base, which are for gates that missed nothing, else of all.</item>
/// <item>An older base here, when signed deltas lead from it to the sequence of the signed base: it goes on serving at that
/// sequence until the new one is made in the background. The signed index need not be here for that.</item>
/// <item>The signed base, its pages made now: from pages that are here, from the repository what is not.</item>
/// <item>A state counts only when it hashes to the result of a signed delta that ends there; a base alone only when no
/// delta is named. A chain that is damaged is never the base.</item>
/// </list>
/// </summary>
internal sealed class ListLoader
{
    private readonly RepositoryClient client;
    private readonly TargetStore store;
    private readonly ListFolder folder;
    private readonly ServedList? present;

    /// <summary>A loader under one set of signed documents.</summary>
    /// <param name="client">The signed documents.</param>
    /// <param name="store">The targets here, and the repository unless only what is held counts.</param>
    /// <param name="present">What is served now; null when nothing is. Nothing of it is closed.</param>
    public ListLoader(RepositoryClient client, TargetStore store, ServedList? present)
    {
        this.client = client;
        this.store = store;
        this.present = present;
        folder = store.Lists;
    }

    /// <summary>Loads the list of an epoch.</summary>
    /// <param name="epoch">The epoch of the gate's list key.</param>
    /// <param name="requireProvince">Throws for the index (its path) of another province.</param>
    /// <param name="stop">Ends the loading; what is held stands.</param>
    /// <exception cref="RefusedException">It is missing, or something of it is not what was signed.</exception>
    /// <exception cref="IOException">The repository or the disk fails, or is full.</exception>
    public async Task<ServedList> LoadAsync(int epoch, Action<string, string> requireProvince, CancellationToken stop)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"list/base-{epoch}.idx");
        var file = await client.FindAsync(path, stop);
        var index = FindIndex(file);
        if (index is null && await FindBridgeAsync(file, null, folder.FindBases(epoch), requireProvince, stop) is { } early) return early;
        index ??= await ReadIndexAsync(file, stop);
        if (index.Header.Epoch != epoch) throw new RefusedException($"{path} is of epoch {index.Header.Epoch}.");
        requireProvince(path, index.Header.Province);
        var rungs = Rung.Among(epoch, await client.SeenAsync(path, DeltaName.PrefixOf(epoch), stop));
        rungs.RemoveAll(rung => rung.Name.From < index.Header.Sequence);

        string? fault = null;
        if (folder.HasPages(index))
        {
            var (overlay, why) = await ReachAsync(index, rungs, isAll: false, stop);
            if (overlay is not null) return ServedList.Open(folder, index, overlay, pending: null);
            fault = store.Source is null ? why : throw new RefusedException(why!);
        }

        if (await FindBridgeAsync(file, index.Header.Sequence, folder.FindOlder(index), requireProvince, stop) is { } bridge) return bridge;
        if (fault is not null) return ServedList.Unusable(folder, index, fault);
        if (store.Source is not { } source) throw new RefusedException("The list is not on this gate's disk.");
        var older = folder.FindOlder(index).FirstOrDefault();
        var changes = older is null ? null : Held(older, folder.ChainOf(older), index.Header.Sequence);
        await PageBuild.RunAsync(folder, index, changes, older, source, pace: null, stop);
        var (built, refused) = await ReachAsync(index, rungs, isAll: false, stop);
        return ServedList.Open(folder, index, built ?? throw new RefusedException(refused!), pending: null);
    }

    // Here is what hashes to its name: a damaged file is not here, and the base before can go on.
    private AllowListIndex? FindIndex(TargetFile file) => present is not null && file.Hashes.Prefix == Convert.ToHexStringLower(present.Index.Hash)
        ? present.Index
        : store.FindReadable(() => folder.FindIndex(file.Hashes.Prefix));

    private async Task<AllowListIndex> ReadIndexAsync(TargetFile file, CancellationToken stop)
    {
        var bytes = await store.ReadAsync(client, file.Path, AllowListIndex.SizeMax, stop);
        return AllowListIndex.TryRead(bytes, out var index, out var fault) ? index : throw new RefusedException($"{file.Path}: {fault}.");
    }

    // begins: where the signed base begins; null while its index is not here to say so.
    private async Task<ServedList?> FindBridgeAsync(
        TargetFile signed, int? begins, IEnumerable<AllowListIndex> olders, Action<string, string> requireProvince, CancellationToken stop)
    {
        foreach (var older in olders)
        {
            try
            {
                requireProvince(signed.Path, older.Header.Province);
            }
            catch (RefusedException)
            {
                continue;
            }

            if (await TryBridgeAsync(signed, begins, older, stop) is { } bridge) return bridge;
        }

        return null;
    }

    private async Task<ServedList?> TryBridgeAsync(TargetFile signed, int? begins, AllowListIndex older, CancellationToken stop)
    {
        var index = present is not null && present.Index.Hash.SequenceEqual(older.Hash) ? present.Index : older;
        var rungs = await SeenAsync(new DeltaName(index.Header.Epoch, index.Header.Sequence, begins ?? int.MaxValue), stop);
        var sequence = begins ?? BeginOf(rungs);
        rungs.RemoveAll(rung => rung.Name.To != sequence || rung.Name.From < index.Header.Sequence);
        if (rungs.Count == 0 || (await ReachAsync(index, rungs, isAll: true, stop)).Overlay is not { } overlay) return null;
        return ServedList.Open(folder, index, overlay, new PendingBase(signed, RepositoryName.OfTarget(signed, client.Trusted.IsConsistent)));
    }

    // Where the signed base begins, as far as the names of rungs tell: the oldest to the newest state begins at it, and those out
    // of the base before end there. A wrong guess leads nowhere: a bridge counts only by a signed delta that ends there.
    private static int BeginOf(List<Rung> rungs)
    {
        if (rungs.Count == 0) return 0;
        var newest = rungs.Max(static rung => rung.Name.To);
        var oldest = rungs.Where(rung => rung.Name.To == newest).Min(static rung => rung.Name.From);
        return rungs.Exists(rung => rung.Name.To == oldest) ? oldest : newest;
    }

    // The state of a base at the newest sequence that rungs lead to, or why it cannot be reached with what is here.
    private async Task<(DeltaOverlay? Overlay, string? Fault)> ReachAsync(AllowListIndex index, List<Rung> rungs, bool isAll, CancellationToken stop)
    {
        if (rungs.Count == 0) return (DeltaOverlay.Start(index), null);
        var newest = rungs.Max(static rung => rung.Name.To);
        var chain = folder.ChainOf(index);
        var held = Held(index, chain, newest);
        var start = DeltaOverlay.Start(index);
        rungs.RemoveAll(rung => rung.Name.To != newest);
        var (overlay, fault) = await FollowAsync(held, start, chain, rungs, stop);
        if (overlay is null && !isAll) (overlay, fault) = await FollowAsync(held, start, chain, await AllToAsync(index, newest, stop), stop);
        if (overlay is not null) return (overlay, null);
        return (null, store.Source is null
            ? "The changes of the list on this gate's disk are damaged: the link brings them anew."
            : fault ?? $"No signed delta leads from sequence {held?.Sequence ?? index.Header.Sequence} to {newest}.");
    }

    // By one rung from what is held; or from the base where nothing here leads further, or leads elsewhere: that replaces all of it.
    private async Task<(DeltaOverlay? Overlay, string? Fault)> FollowAsync(
        DeltaOverlay? held, DeltaOverlay start, DeltaChain chain, List<Rung> rungs, CancellationToken stop)
    {
        if (rungs.Count == 0) return default;
        if (held?.Sequence == rungs[0].Name.To && await IsSignedAsync(held, chain, rungs, stop)) return (held, null);
        if (store.Source is null) return default;
        var climbed = held is null ? default : await ClimbAsync(held, chain, rungs, stop);
        return climbed.Overlay is null && climbed.Fault is null ? await ClimbAsync(start, chain, rungs, stop) : climbed;
    }

    // The rungs that lead to the newest sequence, those among them that are not beside the base.
    private async Task<List<Rung>> AllToAsync(AllowListIndex index, int newest, CancellationToken stop)
    {
        var rungs = await SeenAsync(new DeltaName(index.Header.Epoch, index.Header.Sequence, newest), stop);
        rungs.RemoveAll(rung => rung.Name.To != newest || rung.Name.From < index.Header.Sequence);
        return rungs;
    }

    // All rungs of the documents that could name this one. A gate that starts with what it holds may hold none of these: then it
    // missed nothing.
    private async Task<List<Rung>> SeenAsync(DeltaName name, CancellationToken stop)
    {
        try
        {
            return Rung.Among(name.Epoch, await client.SeenAsync($"{name}", DeltaName.PrefixOf(name.Epoch), stop));
        }
        catch (RefusedException) when (store.Source is null)
        {
            return [];
        }
    }

    private DeltaOverlay? Held(AllowListIndex index, DeltaChain chain, int newest)
    {
        var isServed = present is { Fault: null } && present.Index.Hash.SequenceEqual(index.Hash) && present.Overlay.Sequence <= newest;
        return isServed ? present!.Overlay : store.FindReadable(() => chain.Rebuild(index, newest));
    }

    // A delta that the documents name now, and that is here, ends at this very state.
    private async Task<bool> IsSignedAsync(DeltaOverlay state, DeltaChain chain, List<Rung> rungs, CancellationToken stop)
    {
        foreach (var rung in rungs)
        {
            if (store.FindReadable(() => chain.Find(rung.Name)) is not { } bytes) continue;
            var file = await client.FindAsync(rung.File.Path, stop);
            if (file.Match(bytes) && ListDelta.TryRead(bytes, out var delta, out _) && delta.Result.SequenceEqual(state.Hash)) return true;
        }

        return false;
    }

    // The cheapest rung that begins at the state or before it, applied and kept; nothing when there is none or it leads elsewhere, a fault
    // when it does not fit. One that the repository does not give as it is signed ends the update: it is tried again, and what it would
    // save is never fetched instead.
    private async Task<(DeltaOverlay? Overlay, string? Fault)> ClimbAsync(DeltaOverlay state, DeltaChain chain, List<Rung> rungs, CancellationToken stop)
    {
        var fitting = rungs.Where(rung => rung.Name.From <= state.Sequence).ToList();
        if (fitting.Count == 0) return default;
        var rung = fitting.MinBy(static rung => rung.File.Length)!;
        var bytes = await client.ReadAsync(await client.FindAsync(rung.File.Path, stop), ListDelta.SizeMax, stop);
        if (!ListDelta.TryRead(bytes, out var delta, out var fault)) throw new RefusedException($"{rung.Name}: {fault}.");
        if ((delta.Epoch, delta.From, delta.To) != (rung.Name.Epoch, rung.Name.From, rung.Name.To))
            throw new RefusedException($"{rung.Name} holds the changes from {delta.From} to {delta.To} of epoch {delta.Epoch}.");
        if (!state.TryApply(delta, out var next, out var refused))
            return refused == OverlayFault.WrongResult && state.Changes.Ranks.Count + state.Changes.Inserts.Count + state.Changes.Side.Count > 0
                ? default
                : (null, $"{rung.Name}: {refused}.");
        chain.Keep(rung.Name, bytes);
        return (next, null);
    }
}
