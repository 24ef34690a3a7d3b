using System.Globalization;
using Distribution;
using Province;
using Province.Keys;
using Province.People;
using Verifier.AllowList;
using Verifier.Trust;

namespace PowerCut.Subjects;

/// <summary>
/// The province's documents and list: a gate takes publication after publication, each with another list. After a cut it must
/// open the old or the new one whole without the repository, take the next one, and refuse the one before.
/// </summary>
internal sealed class SnapshotSubject : Subject
{
    private const string Seed = "powercut";
    private const int PeopleLeast = 1_500;
    private const int PeopleStep = 11;

    public override string Name => "documents";

    public override IReadOnlyList<string> Counters => [Name];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        using (var identity = DeviceIdentity.OpenOrCreate(place.Folder))
        {
            var first = new ProvinceFolder(FolderOf(place.Materials, 0), Gates.Options(Seed, deviceKeyPem: null, people: 0));
            first.MakeRoot();
            identity.Enrol(await File.ReadAllBytesAsync(first.RootFile, CancellationToken.None), Gates.Name);
        }

        var device = await File.ReadAllTextAsync(Path.Combine(place.Folder, "device.pub"), CancellationToken.None);
        Publish(place.Materials, device, 1);
        for (var version = 1; !stop.IsCancellationRequested; version++)
        {
            // One more than the gate takes: what comes after the cut is there.
            Publish(place.Materials, device, version + 1);
            place.Ledger.Begin(Name, version);
            var opened = await UpdateAsync(place.Folder, FolderOf(place.Materials, version));
            opened.Snapshot?.Pages?.Dispose();
            if (opened.Fault is not null) throw new HarnessException($"Publication {version} is refused: {opened.Fault}");
            place.Ledger.Acknowledge(Name, version);
        }
    }

    public override async Task<Finding> CheckAsync(CutPlace place)
    {
        var bounds = place.Ledger.Of(Name);
        try
        {
            DurableFile.Sweep(place.Folder);
            var opened = await SnapshotStore.OpenHeldAsync(OptionsOf(place.Folder), CancellationToken.None);
            using var pages = opened.Snapshot?.Pages;
            var version = opened.Snapshot?.Versions.Policy ?? 0;
            var finding = Finding.Of("the publication", version, bounds);
            if (finding.Kind != FindingKind.Kept) return finding with { Text = $"{finding.Text}: {opened.Fault}" };
            if (opened.Snapshot is { } snapshot && FindMixture(snapshot, version) is { } mixture) return mixture;
            return bounds.Least == 0 ? Finding.Kept : await GoOnAsync(place, version, (int)bounds.Most + 1);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            return new Finding(FindingKind.Corrupt, broken.Message);
        }
    }

    // Documents of one publication with the list of another would be neither.
    private static Finding? FindMixture(TrustedSnapshot snapshot, int version)
    {
        var key = new Authority(new SeededBytes(Seed)).ListKey;
        var population = new Population(new SeededBytes(Seed), key.Span);
        var count = PeopleOf(version);
        for (var person = 0L; person < count; person += 29)
        {
            var subject = SubjectKey.Compute(key.Span, SubjectKind.Person, population.Subject(person));
            if (snapshot.List.Find(SubjectKind.Person, subject) != ListAnswer.Listed(population.ValueOf(person)))
                return new Finding(FindingKind.Neither, $"publication {version} does not list person {person}");
        }

        var beyond = SubjectKey.Compute(key.Span, SubjectKind.Person, population.Subject(count));
        return snapshot.List.Find(SubjectKind.Person, beyond).Kind == ListAnswerKind.NotListed
            ? null
            : new Finding(FindingKind.Neither, $"publication {version} lists somebody of the next one");
    }

    private static async Task<Finding> GoOnAsync(CutPlace place, int version, int next)
    {
        var opened = await UpdateAsync(place.Folder, FolderOf(place.Materials, next));
        opened.Snapshot?.Pages?.Dispose();
        if (opened.Fault is not null) return new Finding(FindingKind.Corrupt, $"after publication {version} the next one is refused: {opened.Fault}");
        if (version > 0 && (await UpdateAsync(place.Folder, FolderOf(place.Materials, version))).Snapshot is not null)
            return new Finding(FindingKind.Neither, $"publication {version} is taken after {next}");
        var left = Directory.GetFiles(place.Folder, "*.new", SearchOption.AllDirectories);
        var sets = Directory.GetDirectories(Path.Combine(place.Folder, "metadata"), "set-*");
        return left.Length == 0 && sets.Length == 1
            ? Finding.Kept
            : new Finding(FindingKind.Corrupt, $"{left.Length} unfinished files and {sets.Length} sets are left for ever");
    }

    private static void Publish(string materials, string device, int version) =>
        new ProvinceFolder(FolderOf(materials, version), Gates.Options(Seed, device, PeopleOf(version))).Make(version, static _ => { });

    private static long PeopleOf(long version) => PeopleLeast + (version * PeopleStep);

    private static string FolderOf(string materials, int version) =>
        Path.Combine(materials, string.Create(CultureInfo.InvariantCulture, $"publication-{version}"));

    private static SnapshotStoreOptions OptionsOf(string state) => new() { StateFolder = state };

    private static Task<SnapshotResult> UpdateAsync(string state, string province) => SnapshotStore.UpdateAsync(
        OptionsOf(state), FolderFetch.From(Path.Combine(province, "repository")), Gates.Now, null, CancellationToken.None);
}
