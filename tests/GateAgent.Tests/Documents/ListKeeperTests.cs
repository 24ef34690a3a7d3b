using Distribution.Lists;
using GateAgent.Documents;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Timekeeping;
using LocalApi;
using Microsoft.Extensions.Time.Testing;
using Verifier.AllowList;
using Verifier.Trust;

namespace GateAgent.Tests.Documents;

/// <summary>The list on the disk of a gate goes bad, by day and in peak hours, with and without a repository.</summary>
public sealed class ListKeeperTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 11, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(Now);
    private readonly CancellationTokenSource stop = new();
    private readonly HealthBoard health;
    private long presentations;
    private int asked;
    private int presentsAfter = int.MaxValue;

    public ListKeeperTests()
    {
        time.SetLocalTimeZone(TimeZoneInfo.Utc);
        health = new HealthBoard(time);
    }

    public void Dispose()
    {
        stop.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_page_that_a_look_up_meets_is_journalled_raised_and_put_right_even_in_peak_hours()
    {
        var (documents, _) = await PublishAsync();
        time.Advance(TimeSpan.FromHours(7));
        Damage();
        Assert.Equal(ListAnswerKind.PageTampered, Find(documents));

        var incidents = await RunAsync(documents, static keeper => keeper.KeepAsync(CancellationToken.None));

        Assert.Equal(["21 0", "22 0"], incidents);
        Assert.NotEqual(ListAnswerKind.PageTampered, Find(documents));
        Assert.Equal("well", Item().State);
    }

    [Fact]
    public async Task The_walk_finds_a_bad_page_that_nobody_met_and_the_next_step_puts_it_right()
    {
        var (documents, _) = await PublishAsync();
        Damage();

        var incidents = await RunAsync(documents, async keeper =>
        {
            await keeper.KeepAsync(CancellationToken.None);
            Assert.Equal("degraded", Item().State);
            await keeper.KeepAsync(CancellationToken.None);
        });

        Assert.Equal(["21 0", "22 0"], incidents);
        Assert.NotEqual(ListAnswerKind.PageTampered, Find(documents));
    }

    [Theory]
    [InlineData("peak")]
    [InlineData("presenting")]
    public async Task The_walk_rests_in_peak_hours_and_while_people_present(string when)
    {
        var (documents, _) = await PublishAsync();
        if (when == "peak") time.Advance(TimeSpan.FromHours(7));
        Damage();

        var incidents = await RunAsync(documents, async keeper =>
        {
            if (when == "presenting") presentations++;
            await keeper.KeepAsync(CancellationToken.None);
        });

        Assert.Empty(incidents);
        time.Advance(when == "peak" ? TimeSpan.FromHours(2) : QuietTimes.After);
        Assert.Equal(["21 0"], await RunAsync(documents, static keeper => keeper.KeepAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Without_a_repository_a_bad_page_stays_bad_is_journalled_once_and_is_never_a_colour()
    {
        var (documents, repository) = await PublishAsync();
        Directory.Delete(repository, recursive: true);
        Damage();
        Find(documents);

        var incidents = await RunAsync(documents, async keeper =>
        {
            for (var again = 0; again < 3; again++)
            {
                await keeper.KeepAsync(CancellationToken.None);
                Assert.Equal(ListAnswerKind.PageTampered, Find(documents));
                Assert.Equal("degraded", Item().State);
                Assert.Contains("1 pages of the list are not what was signed", Item().Text, StringComparison.Ordinal);
                time.Advance(TimeSpan.FromMinutes(1));
            }
        });

        Assert.Equal(["21 0"], incidents);
    }

    [Fact]
    public async Task A_page_that_the_repository_has_no_more_does_not_keep_a_new_base_out()
    {
        var (documents, repository) = await PublishNextBaseAsync();
        var old = Assert.IsType<ServedList>(documents.Pages).Index;
        File.Delete(Directory.GetFiles(repository, $"{Convert.ToHexStringLower(old.Hash)}.*.gal", SearchOption.AllDirectories).Single());
        Damage();
        Find(documents);

        await RunAsync(documents, async keeper =>
        {
            time.Advance(TimeSpan.FromHours(12));
            await keeper.KeepAsync(CancellationToken.None);
            Assert.Contains("The repository has no", Item().Text, StringComparison.Ordinal);
        });

        Assert.Equal(2, Directory.GetFiles(folder.At("state/targets"), "*.gal").Length);
    }

    [Fact]
    public async Task A_new_base_yields_to_people_for_half_an_hour_and_then_to_peak_hours_alone()
    {
        var (documents, _) = await PublishNextBaseAsync();
        var served = Assert.IsType<ServedList>(documents.Pages);
        Assert.NotNull(served.Pending);
        bool IsMade() => Directory.GetFiles(folder.At("state/targets"), "*.gal").Length == 2;

        await RunAsync(documents, async keeper =>
        {
            presentations++;
            await keeper.KeepAsync(CancellationToken.None);
            Assert.False(IsMade());
            time.Advance(TimeSpan.FromMinutes(30));
            presentations++;
            time.Advance(TimeSpan.FromHours(6.5));
            await keeper.KeepAsync(CancellationToken.None);
            Assert.False(IsMade());
            Assert.Equal("degraded", Item().State);
            time.Advance(TimeSpan.FromHours(3));
            presentations++;
            await keeper.KeepAsync(CancellationToken.None);
        });

        Assert.True(IsMade());
    }

    [Fact]
    public async Task A_bad_page_is_put_right_while_a_new_base_rests()
    {
        var (documents, _) = await PublishNextBaseAsync();
        // Where something of it is left, the making looks at the hour before it reads that.
        await File.WriteAllBytesAsync(folder.At($"state/targets/{PendingOf(documents)}.gal.part"), new byte[2 * ListPageLayout.PageSize]);

        var incidents = await RunAsync(documents, async keeper =>
        {
            presentsAfter = asked + 1;
            var keeping = keeper.KeepAsync(CancellationToken.None);
            Damage();
            Find(documents);
            while (Find(documents) == ListAnswerKind.PageTampered && !keeping.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }

            Assert.False(keeping.IsCompleted);
            time.Advance(QuietTimes.After);
            await keeping;
        });

        Assert.Equal(["21 0", "22 0"], incidents);
    }

    [Fact]
    public async Task Pages_that_cannot_be_put_right_keep_no_other_from_it()
    {
        const int Hopeless = 16;
        var gate = await EnrolledGate.MakeAsync(folder, "many", 20_000, Now);
        var documents = await gate.UpdateAsync(Now);
        Zero(Directory.GetFiles(gate.Province.RepositoryFolder, "*.gal", SearchOption.AllDirectories).Single(), Hopeless);
        Zero(Directory.GetFiles(folder.At("state/targets"), "*.gal").Single(), Hopeless + 1);

        var incidents = await RunAsync(documents, async keeper =>
        {
            for (var step = 0; step < 4; step++) await keeper.KeepAsync(CancellationToken.None);
            Assert.Contains("16 pages", Item().Text, StringComparison.Ordinal);
        });

        Assert.Equal(["22 16"], incidents.Where(static one => one.StartsWith("22", StringComparison.Ordinal)));

    }

    [Fact]
    public async Task Pages_that_could_not_be_put_right_have_their_turn_when_one_can_be_again()
    {
        const int Bad = 40;
        var gate = await EnrolledGate.MakeAsync(folder, "turns", 40_000, Now);
        var documents = await gate.UpdateAsync(Now);
        var theirs = Directory.GetFiles(gate.Province.RepositoryFolder, "*.gal", SearchOption.AllDirectories).Single();
        var first = (await File.ReadAllBytesAsync(theirs))[ListPageLayout.PageSize..(2 * ListPageLayout.PageSize)];
        Zero(theirs, Bad);
        Zero(Directory.GetFiles(folder.At("state/targets"), "*.gal").Single(), Bad);

        var incidents = await RunAsync(documents, async keeper =>
        {
            for (var step = 0; step < 5; step++)
            {
                await keeper.KeepAsync(CancellationToken.None);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Contains($"{Bad} pages", Item().Text, StringComparison.Ordinal);
            Write(theirs, first);
            time.Advance(TimeSpan.FromMinutes(2));
            await keeper.KeepAsync(CancellationToken.None);
        });

        Assert.Equal(["22 0"], incidents.Where(static one => one.StartsWith("22", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_base_that_rests_is_left_when_newer_documents_wait_for_another_or_for_none(bool isNewer)
    {
        var (gate, before, waiting) = await PublishNextBaseAsync("left");
        // Where something of it is left, the making looks at the hour before it reads that.
        await File.WriteAllBytesAsync(folder.At($"state/targets/{PendingOf(waiting)}.gal.part"), new byte[2 * ListPageLayout.PageSize]);
        var counts = waiting;

        await RunAsync(() => counts, async keeper =>
        {
            presentsAfter = asked + 1;
            var keeping = keeper.KeepAsync(CancellationToken.None);
            Assert.False(keeping.IsCompleted);
            if (isNewer) PublishBase(gate, 5, Now + TimeSpan.FromDays(14));
            counts = isNewer ? await gate.UpdateAsync(Now + TimeSpan.FromDays(14), waiting) : before;
            time.Advance(TimeSpan.FromMilliseconds(100));
            await keeping.WaitAsync(KeeperBench.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        });

        Assert.Single(Directory.GetFiles(folder.At("state/targets"), "*.gal"));
    }

    private static void Zero(string path, int pages) => Write(path, new byte[pages * ListPageLayout.PageSize]);

    // From the first page on.
    private static void Write(string path, byte[] pages)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, pages, ListPageLayout.PageSize);
    }

    private static string PendingOf(TrustedSnapshot documents) => Assert.IsType<ServedList>(documents.Pages).Pending!.Name;

    private HealthItem Item() => health.Items.Single(static item => item.Component == "list");

    private static ListAnswerKind Find(TrustedSnapshot documents) =>
        documents.List.Find(SubjectKind.Person, SubjectKey.FromFull((UInt128)1 << 127)).Kind;

    private Task<List<string>> RunAsync(TrustedSnapshot documents, Func<ListKeeper, Task> act) => RunAsync(() => documents, act);

    private async Task<List<string>> RunAsync(Func<TrustedSnapshot> documents, Func<ListKeeper, Task> act)
    {
        var journals = Directory.CreateDirectory(folder.At(Guid.NewGuid().ToString("N"))).FullName;
        string path;
        await using (var source = new SharedSource(new FolderSource(folder.At("province/repository"), time), time))
        await using (var journal = PassageJournal.Open(journals, new PassageFeed(), health, time))
        {
            path = journal.Path;
            var clock = TrustedClock.Open(time, Now - TimeSpan.FromDays(1), journals);
            var quiet = new QuietTimes(documents, Presentations, clock, time);
            using var ending = new CancellationTokenSource();
            Task owner = source.WaitAsync(TimeSpan.FromDays(1), ending.Token);
            await act(new ListKeeper(documents, source, quiet, health, journal, clock, time));
            await ending.CancelAsync();
            // A new base hurries the owner, which is over then as well.
            await owner.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return [.. JournalReader.ReadIncidents(path, new JournalQuery(null, null, null, JournalReader.LimitMax))
            .OrderBy(static one => one.Incident).Select(static one => $"{one.Incident} {one.By}")];
    }

    private long Presentations() => ++asked > presentsAfter ? presentations + 1 : presentations;

    private void Damage()
    {
        var pages = Directory.GetFiles(folder.At("state/targets"), "*.gal").Single();
        using var file = new FileStream(pages, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = ListPageLayout.PageSize + 40;
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 1));
    }

    private async Task<(TrustedSnapshot Documents, string Repository)> PublishAsync()
    {
        var gate = await EnrolledGate.MakeAsync(folder, "list", 50, Now);
        return (await gate.UpdateAsync(Now), gate.Province.RepositoryFolder);
    }

    private async Task<(TrustedSnapshot Documents, string Repository)> PublishNextBaseAsync()
    {
        var (gate, _, waiting) = await PublishNextBaseAsync("base");
        return (waiting, gate.Province.RepositoryFolder);
    }

    private async Task<(EnrolledGate Gate, TrustedSnapshot Before, TrustedSnapshot Waiting)> PublishNextBaseAsync(string seed)
    {
        var gate = await EnrolledGate.MakeAsync(folder, seed, 50, Now);
        var before = await gate.UpdateAsync(Now);
        PublishBase(gate, 3, Now + TimeSpan.FromDays(7));
        return (gate, before, await gate.UpdateAsync(Now + TimeSpan.FromDays(7), before));
    }

    private static void PublishBase(EnrolledGate gate, int changed, DateTimeOffset at)
    {
        var shelf = gate.Province.OpenList();
        shelf.TakeChanges(ListChanges.Of([KeyValuePair.Create(changed, ListValue.Of(Colour.Red))], [], []), at);
        shelf.Rebase();
        gate.Province.PublishList(shelf, at);
    }
}
