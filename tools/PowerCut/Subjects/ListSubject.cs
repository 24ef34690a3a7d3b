using System.Globalization;
using System.Security.Cryptography;
using Distribution;
using Distribution.Lists;
using Province;
using Province.Keys;
using Province.People;
using Verifier.AllowList;
using Verifier.Trust;

namespace PowerCut.Subjects;

/// <summary>
/// The list as it changes by the hour: a gate follows deltas, and every now and then a new base, whose pages it makes of its own
/// and its changes while the old ones serve. After a cut it must be at one sequence, with the answers of that one, and go on.
/// </summary>
internal sealed class ListSubject : Subject
{
    private const string Seed = "powercut-list";
    private const int People = 3_000;
    private const int ChangesMost = 40;
    private const int Probe = 13;
    private const int BaseEvery = 5;

    // The targets document of the test province holds for half a year.
    private const int StepsMax = 100;

    public override string Name => "list";

    public override IReadOnlyList<string> Counters => [Name];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        var province = await EnrolAsync(place);
        TrustedSnapshot? present = null;
        for (var number = 1; number <= StepsMax && !stop.IsCancellationRequested; number++)
        {
            // One more than the gate takes: what comes after the cut is there.
            await PublishAsync(province, place.Materials, number + 1, place.Dice.Below(ChangesMost) + 1);
            place.Ledger.Begin(Name, number);
            present = await FollowAsync(place.Folder, place.Materials, number, present);
            place.Ledger.Acknowledge(Name, number);
        }

        present?.Pages?.Dispose();
    }

    public override async Task<Finding> CheckAsync(CutPlace place)
    {
        var bounds = place.Ledger.Of(Name);
        try
        {
            DurableFile.Sweep(place.Folder);
            var opened = await SnapshotStore.OpenHeldAsync(OptionsOf(place.Folder), CancellationToken.None);
            using var pages = opened.Snapshot?.Pages;
            if (opened is { Snapshot: not null, Fault: { } fault }) return new Finding(FindingKind.Corrupt, fault);
            var number = opened.Snapshot?.List.Overlay.Sequence ?? 0;
            var finding = Finding.Of("the list's sequence", number, bounds);
            if (finding.Kind != FindingKind.Kept) return finding with { Text = $"{finding.Text}: {opened.Fault}" };
            if (opened.Snapshot is { } snapshot && Answers(snapshot.List) != Expected(place.Materials, number))
                return new Finding(FindingKind.Neither, $"at sequence {number} the list gives other answers");
            return bounds.Least == 0 ? Finding.Kept : await GoOnAsync(place, opened.Snapshot, (int)bounds.Most + 1);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or RefusedException or HarnessException)
        {
            return new Finding(FindingKind.Corrupt, broken.Message);
        }
    }

    private static async Task<Finding> GoOnAsync(CutPlace place, TrustedSnapshot? present, int next)
    {
        var snapshot = await FollowAsync(place.Folder, place.Materials, next, present);
        using var pages = snapshot.Pages;
        if (snapshot.List.Overlay.Sequence != next || Answers(snapshot.List) != Expected(place.Materials, next))
            return new Finding(FindingKind.Neither, $"the next publication leads to sequence {snapshot.List.Overlay.Sequence} with other answers");
        var left = Directory.GetFiles(place.Folder, "*", SearchOption.AllDirectories)
            .Count(static path => path.EndsWith(".new", StringComparison.Ordinal) || path.EndsWith(".part", StringComparison.Ordinal));
        return left == 0 ? Finding.Kept : new Finding(FindingKind.Corrupt, $"{left} unfinished files are left for ever");
    }

    // As the agent does: take the publication, and where a new base waits make its pages and take it too.
    private static async Task<TrustedSnapshot> FollowAsync(string state, string materials, int number, TrustedSnapshot? present)
    {
        var fetch = FolderFetch.From(FolderOf(materials, number));
        var taken = await TakeAsync(state, fetch, number, present);
        if (taken.Pages is not ServedList { Pending: not null } served) return taken;
        await Rebase.RunAsync(served, fetch, pace: null, CancellationToken.None);
        return await TakeAsync(state, fetch, number, taken);
    }

    private static async Task<TrustedSnapshot> TakeAsync(string state, Fetch fetch, int number, TrustedSnapshot? present)
    {
        var opened = await SnapshotStore.UpdateAsync(OptionsOf(state), fetch, AsOf(number), present, CancellationToken.None);
        if (opened.Snapshot is not { } snapshot || opened.Fault is not null) throw new HarnessException($"Publication {number} is refused: {opened.Fault}");
        if (!ReferenceEquals(snapshot, present)) present?.Pages?.Dispose();
        return snapshot;
    }

    private static async Task<ProvinceFolder> EnrolAsync(Workplace place)
    {
        using var identity = DeviceIdentity.OpenOrCreate(place.Folder);
        var device = await File.ReadAllTextAsync(Path.Combine(place.Folder, "device.pub"), CancellationToken.None);
        var province = new ProvinceFolder(Path.Combine(place.Materials, "office"), Gates.Options(Seed, device, People));
        province.Make(1, static _ => { });
        identity.Enrol(await File.ReadAllBytesAsync(province.RootFile, CancellationToken.None), Gates.Name);
        await PublishAsync(province, place.Materials, 1, ChangesMost);
        return province;
    }

    private static async Task PublishAsync(ProvinceFolder province, string materials, int number, long count)
    {
        var shelf = province.OpenList();
        shelf.TakeChanges(ChangesOf(number, (int)count, shelf.Newest!.BaseEntryCount), AsOf(number));
        if (number % BaseEvery == 0) shelf.Rebase();
        province.PublishList(shelf, AsOf(number));
        using (var pages = PageFile.Open(shelf.PagesPath))
            await File.WriteAllTextAsync(AnswersFile(materials, number), Answers(new AllowListReader(shelf.Index!, pages.TryRead, shelf.Newest)), CancellationToken.None);
        await Tools.RunAsync("cp", "-al", province.RepositoryFolder, FolderOf(materials, number));
    }

    private static ListChanges ChangesOf(int number, int count, long entries) => ListChanges.Of(
        Enumerable.Range(0, count).Select(index => (int)(((number * 211L) + (index * 67L)) % entries)).Distinct()
            .Select(rank => KeyValuePair.Create(rank, (rank + number) % 5 == 0 ? default : ListValue.Of(number % 2 == 0 ? Colour.Red : Colour.Green))),
        [KeyValuePair.Create(((ulong)number << 20) + 1, ListValue.Of(Colour.Green))],
        []);

    // Weekly bases come after a week.
    private static DateTimeOffset AsOf(int number) => Gates.Now + TimeSpan.FromHours(number) + TimeSpan.FromDays(7 * (number / BaseEvery));

    // What the list says of many people, in one hash.
    private static string Answers(AllowListReader list)
    {
        var key = new Authority(new SeededBytes(Seed)).ListKey;
        var population = new Population(new SeededBytes(Seed), key.Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var person = 0L; person < People; person += Probe)
        {
            var subject = SubjectKey.Compute(key.Span, SubjectKind.Person, population.Subject(person));
            hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"{list.Find(SubjectKind.Person, subject)}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Expected(string materials, int number) => File.ReadAllText(AnswersFile(materials, number));

    private static string AnswersFile(string materials, int number) => $"{FolderOf(materials, number)}.answers";

    private static string FolderOf(string materials, int number) =>
        Path.Combine(materials, string.Create(CultureInfo.InvariantCulture, $"publication-{number}"));

    private static SnapshotStoreOptions OptionsOf(string state) => new() { StateFolder = state };
}
