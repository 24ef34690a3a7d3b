using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Distribution;
using Distribution.Lists;
using Province;
using Province.Documents;
using Province.People;
using Verifier.AllowList;
using Verifier.Trust;

namespace EndToEnd.Tests.Faults;

/// <summary>
/// Three publications of a province, one after another, and the state of a gate that has taken each: 1 the first documents and
/// list, 2 an hour of changes, 3 another hour and a new base. Made once for all tests.
/// </summary>
public sealed class Publications : IAsyncLifetime
{
    private const int People = 3_000;
    private const string Seed = "faults";
    private readonly string folder = Directory.CreateTempSubdirectory("faults-").FullName;
    private readonly Dictionary<int, string> answers = [];

    /// <summary>When a publication was made. New bases come after a week.</summary>
    public static DateTimeOffset At(int number) => new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero) + TimeSpan.FromHours(number) + TimeSpan.FromDays(number >= 3 ? 7 : 0);

    /// <summary>The state folder of a gate that has taken a publication; 0 for one that is enrolled.</summary>
    public string StateOf(int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"state-{number}"));

    /// <summary>The state folder of a gate that has publication 3 and has made the pages of its base.</summary>
    public string StateWithPages => Path.Combine(folder, "state-pages");

    /// <summary>A publication.</summary>
    public Fetch FetchOf(int number) => FolderFetch.From(RepositoryOf(number));

    /// <summary>True when a list gives the answers of a publication.</summary>
    public bool Serves(TrustedSnapshot snapshot, int number) => AnswersOf(snapshot.List) == answers[number];

    public async ValueTask InitializeAsync()
    {
        var state = StateOf(0);
        Directory.CreateDirectory(state);
        using var identity = DeviceIdentity.OpenOrCreate(state);
        var province = Office(await File.ReadAllTextAsync(Path.Combine(state, "device.pub")));
        province.Make(1, static _ => { });
        identity.Enrol(await File.ReadAllBytesAsync(province.RootFile), "demo-1");
        await KeepAsync(province, 1);
        await PublishAsync(province, 2, isBase: false);
        await PublishAsync(province, 3, isBase: true);
        await FollowAsync();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string AnswersOf(AllowListReader list)
    {
        var key = new Province.Keys.Authority(new Province.Keys.SeededBytes(Seed)).ListKey;
        var population = new Population(new Province.Keys.SeededBytes(Seed), key.Span);
        var said = new StringBuilder();
        for (var person = 0L; person < People; person += 43)
            said.Append(list.Find(SubjectKind.Person, SubjectKey.Compute(key.Span, SubjectKind.Person, population.Subject(person)))).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToString())));
    }

    private ProvinceFolder Office(string device) => new(Path.Combine(folder, "office"), new ProvinceOptions
    {
        Seed = Seed,
        People = People,
        Now = At(1),
        DeviceKeyPem = device,
        Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
    });

    private async Task PublishAsync(ProvinceFolder office, int number, bool isBase)
    {
        var shelf = office.OpenList();
        shelf.TakeChanges(
            ListChanges.Of(
                Enumerable.Range(0, 60).Select(index => (int)(((number * 211L) + (index * 67L)) % shelf.Newest!.BaseEntryCount)).Distinct()
                    .Select(rank => KeyValuePair.Create(rank, ListValue.Of(number % 2 == 0 ? Colour.Red : Colour.Green))),
                [KeyValuePair.Create(((ulong)number << 20) + 1, ListValue.Of(Colour.Green))],
                []),
            At(number));
        if (isBase) shelf.Rebase();
        office.PublishList(shelf, At(number));
        await KeepAsync(office, number);
    }

    private async Task KeepAsync(ProvinceFolder office, int number)
    {
        var shelf = office.OpenList();
        using (var pages = PageFile.Open(shelf.PagesPath)) answers[number] = AnswersOf(new AllowListReader(shelf.Index!, pages.TryRead, shelf.Newest));
        await CopyAsync(office.RepositoryFolder, RepositoryOf(number));
    }

    private async Task FollowAsync()
    {
        TrustedSnapshot? present = null;
        for (var number = 1; number <= 3; number++)
        {
            await CopyAsync(StateOf(number - 1), StateOf(number));
            var taken = await SnapshotStore.UpdateAsync(new SnapshotStoreOptions { StateFolder = StateOf(number) }, FetchOf(number), At(number), null, CancellationToken.None);
            present?.Pages?.Dispose();
            present = taken.Snapshot ?? throw new InvalidOperationException(taken.Fault);
        }

        Assert.NotNull(((ServedList)present!.Pages!).Pending);
        await CopyAsync(StateOf(3), StateWithPages);
        using var opened = (ServedList)(await SnapshotStore.OpenHeldAsync(new SnapshotStoreOptions { StateFolder = StateWithPages }, CancellationToken.None)).Snapshot!.Pages!;
        await Rebase.RunAsync(opened, FetchOf(3), pace: null, CancellationToken.None);
        present.Pages!.Dispose();
    }

    private string RepositoryOf(int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"repository-{number}"));

    private static async Task CopyAsync(string from, string to)
    {
        using var copying = System.Diagnostics.Process.Start("cp", ["-a", from, to]);
        await copying.WaitForExitAsync();
        Assert.Equal(0, copying.ExitCode);
    }
}
