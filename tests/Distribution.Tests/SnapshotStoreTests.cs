using Distribution.Lists;
using Province;
using Province.Documents;
using Verifier.AllowList;
using Verifier.Policy;
using Verifier.Trust;

namespace Distribution.Tests;

/// <summary>A gate and a province on a real disk: what is believed, what is refused, and what then goes on counting.</summary>
public sealed class SnapshotStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("gate-").FullName;

    private string State => Path.Combine(folder, "state");

    private string Repository => Path.Combine(folder, "province", "repository");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_enrolled_gate_opens_all_that_was_signed_for_it()
    {
        Enrol();
        Publish(1);

        var opened = await OpenAsync();

        Assert.Null(opened.Fault);
        Assert.Equal("demo-1", opened.Snapshot!.Site.Gate);
        Assert.Equal(VenueKind.Metro, opened.Snapshot.Site.Lanes[0].Venue);
        Assert.Equal(new SnapshotVersions(1, 1, 1), opened.Snapshot.Versions);
        Assert.Equal(Now, opened.Snapshot.ListAsOf);
    }

    [Fact]
    public async Task Everyone_on_the_list_is_found_and_nobody_else()
    {
        Enrol();
        var province = Publish(1, options => options with { People = 5_000 });
        var list = (await OpenAsync()).Snapshot!.List;

        var known = new Province.People.Population(new Province.Keys.SeededBytes("tests"), province.Authority.ListKey.Span);
        for (var person = 0L; person < 10_000; person++)
        {
            var key = SubjectKey.Compute(province.Authority.ListKey.Span, SubjectKind.Person, known.Subject(person));
            var expected = person < 5_000
                ? ListAnswer.Listed(known.ValueOf(person))
                : ListAnswer.Without(ListAnswerKind.NotListed);
            Assert.Equal(expected, list.Find(SubjectKind.Person, key));
        }
    }

    [Fact]
    public async Task A_gate_that_is_not_enrolled_says_which_key_to_tell_the_province()
    {
        Publish(1);

        var opened = await OpenAsync();

        Assert.Null(opened.Snapshot);
        Assert.Contains("not enrolled", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_enrolment_is_refused()
    {
        Enrol();

        using var identity = DeviceIdentity.OpenOrCreate(State);

        Assert.Throws<InvalidDataException>(() => identity.Enrol(identity.PinnedRoot, "other"));
    }

    [Fact]
    public void A_public_key_that_cannot_be_read_is_shown_anew_and_ends_nothing()
    {
        Enrol();
        var path = Path.Combine(State, "device.pub");
        var shown = File.ReadAllText(path);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/proc/self/mem");

        DeviceIdentity.OpenOrCreate(State).Dispose();

        Assert.Equal(shown, File.ReadAllText(path));
    }

    [Fact]
    public async Task A_restart_without_the_repository_goes_on_with_what_the_gate_holds()
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        Directory.Delete(Repository, recursive: true);

        var opened = await OpenAsync();

        Assert.Equal(1, opened.Snapshot!.Versions.Policy);
        Assert.Contains("not there", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_publication_replaces_the_whole()
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        Publish(2);

        var opened = await OpenAsync();

        Assert.Null(opened.Fault);
        Assert.Equal(2, opened.Snapshot!.Versions.Policy);
    }

    [Fact]
    public async Task What_a_gate_holds_opens_without_a_repository()
    {
        Enrol();
        Publish(1);
        var options = new SnapshotStoreOptions { StateFolder = State };

        var before = await SnapshotStore.OpenHeldAsync(options, CancellationToken.None);
        await OpenAsync();
        Directory.Delete(Repository, recursive: true);
        var after = await SnapshotStore.OpenHeldAsync(options, CancellationToken.None);

        Assert.Contains("No signed documents", before.Fault, StringComparison.Ordinal);
        Assert.Equal(1, after.Snapshot!.Versions.Policy);
        Assert.Null(after.Fault);
    }

    [Fact]
    public async Task An_update_without_news_leaves_the_present_snapshot()
    {
        Enrol();
        Publish(1);
        var options = new SnapshotStoreOptions { StateFolder = State };
        var present = (await OpenAsync()).Snapshot;

        var same = await SnapshotStore.UpdateAsync(options, FolderFetch.From(Repository), Now, present, CancellationToken.None);
        Publish(2);
        var newer = await SnapshotStore.UpdateAsync(options, FolderFetch.From(Repository), Now, present, CancellationToken.None);

        Assert.Same(present, same.Snapshot);
        Assert.Equal(2, newer.Snapshot!.Versions.Policy);
        Assert.NotSame(present!.Pages, newer.Snapshot.Pages);
    }

    [Fact]
    public async Task An_older_publication_is_refused_and_the_newer_one_goes_on()
    {
        Enrol();
        Publish(3);
        await OpenAsync();
        Directory.Delete(Repository, recursive: true);
        Publish(2);

        var opened = await OpenAsync();

        Assert.Equal(3, opened.Snapshot!.Versions.Policy);
        Assert.Contains("timestamp", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_province_s_repository_is_refused()
    {
        Enrol();
        Publish(1, options => options with { Seed = "another" });

        var opened = await OpenAsync();

        Assert.Null(opened.Snapshot);
        Assert.NotNull(opened.Fault);
    }

    [Fact]
    public async Task Documents_of_another_province_under_the_right_keys_are_refused()
    {
        Enrol();
        Publish(1, options => options with { BendPolicy = policy => policy["province"] = "44" });

        Assert.Contains("WrongProvince", (await OpenAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_gate_s_site_document_fails_on_the_device_key()
    {
        Enrol();
        var stranger = Path.Combine(folder, "stranger");
        Directory.CreateDirectory(stranger);
        using var other = DeviceIdentity.OpenOrCreate(stranger);
        Publish(1, options => options with { DeviceKeyPem = File.ReadAllText(Path.Combine(stranger, "device.pub")) });

        var opened = await OpenAsync();

        Assert.Null(opened.Snapshot);
        Assert.Contains("WrongGate at deviceKey", opened.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("green", "ConditionOnGreen")]
    [InlineData("note", "UnknownMember")]
    public async Task A_policy_that_is_not_whole_leaves_the_one_before_counting(string member, string fault)
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        Publish(2, options => options with { BendPolicy = policy => policy["venues"]!["metro"]![member] = "refuse" });

        var opened = await OpenAsync();

        Assert.Equal(1, opened.Snapshot!.Versions.Policy);
        Assert.Contains(fault, opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_cell_is_refused()
    {
        Enrol();
        Publish(1, options => options with { BendPolicy = policy => policy["venues"]!["park"]!.AsObject().Remove("red") });

        Assert.Contains("EmptyCell at venues.park.red", (await OpenAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_older_than_what_is_held_is_not_taken_for_the_newest()
    {
        Enrol();
        Publish(1);
        var old = (await OpenAsync()).Snapshot;
        Publish(2);
        await OpenAsync();

        var updated = await SnapshotStore.UpdateAsync(
            new SnapshotStoreOptions { StateFolder = State }, FolderFetch.From(Repository), Now, old, CancellationToken.None);

        Assert.Equal(2, updated.Snapshot!.Versions.Policy);
    }

    [Fact]
    public async Task A_set_that_counts_is_never_written_to_again()
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        var metadata = Path.Combine(State, "metadata");
        var first = Assert.Single(Directory.GetDirectories(metadata));

        await OpenAsync();

        var second = Assert.Single(Directory.GetDirectories(metadata));
        Assert.NotEqual(first, second);
        Assert.Equal(Path.GetFileName(second), (await File.ReadAllTextAsync(Path.Combine(metadata, "current"))).Trim());
    }

    [Fact]
    public async Task What_a_power_cut_left_half_written_is_gone_after_the_next_start()
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        string[] left = [Path.Combine(State, "metadata", "current.new"), Path.Combine(State, "targets", "0.gal.new")];
        foreach (var path in left) await File.WriteAllTextAsync(path, "half");

        var held = await SnapshotStore.OpenHeldAsync(new SnapshotStoreOptions { StateFolder = State }, CancellationToken.None);

        Assert.Null(held.Fault);
        Assert.DoesNotContain(left, File.Exists);
    }

    [Fact]
    public async Task Of_a_set_that_was_replaced_nothing_is_left()
    {
        Enrol();
        Publish(1);
        await OpenAsync();
        var first = Directory.GetFiles(Path.Combine(State, "targets")).Select(Path.GetFileName).ToHashSet();
        Publish(2, static options => options with { BendPolicy = static policy => policy["retention"]!["journalDays"] = 17 });

        await OpenAsync();

        var second = Directory.GetFiles(Path.Combine(State, "targets")).Select(Path.GetFileName).ToHashSet();
        var policies = first.Except(second).ToList();
        Assert.NotEmpty(policies);
        Assert.Equal(first.Count, second.Count);
        var held = await SnapshotStore.OpenHeldAsync(new SnapshotStoreOptions { StateFolder = State }, CancellationToken.None);
        Assert.Equal(17, held.Snapshot!.Policy.JournalDays);
    }

    [Fact]
    public async Task A_list_that_is_true_only_when_its_documents_have_expired_is_refused()
    {
        Enrol();
        var province = Publish(1);
        Assert.NotNull((await OpenAsync()).Snapshot);
        var shelf = province.OpenList();
        shelf.TakeChanges(ListChanges.Of([KeyValuePair.Create(0, ListValue.Of(Colour.Green))], [], []), AllowListHeader.AsOfMax);
        province.PublishList(shelf, Now + TimeSpan.FromHours(1));

        var opened = await OpenAsync();

        Assert.Equal(Now, opened.Snapshot!.ListAsOf);
        Assert.Contains("expired", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weekly_base_and_the_hour_after_it_cost_neither_its_index_nor_its_pages()
    {
        Enrol();
        var province = Publish(1);
        Assert.NotNull((await OpenAsync()).Snapshot);
        var (week, next) = (Now + TimeSpan.FromDays(7), Now + TimeSpan.FromDays(7) + TimeSpan.FromHours(1));
        var shelf = province.OpenList();
        shelf.TakeChanges(Change(0), week);
        shelf.Rebase();
        province.PublishList(shelf, week);
        province.PublishChanges(Change(1), next);
        var (fetch, requests) = (FolderFetch.From(Repository), new List<string>());

        using var bridging = Assert.IsType<ServedList>((await UpdateAsync()).Snapshot!.Pages);
        Assert.Equal(week, bridging.Overlay.AsOf);
        Assert.Equal(new RebaseResult(IsDone: true, 0), await Rebase.RunAsync(bridging, FetchAsync, pace: null, CancellationToken.None));
        using var served = Assert.IsType<ServedList>((await UpdateAsync()).Snapshot!.Pages);

        Assert.Null(served.Pending);
        Assert.Equal(next, served.Overlay.AsOf);
        Assert.Equal(shelf.Index!.Hash, served.Index.Hash);
        Assert.DoesNotContain(requests, static path => path.EndsWith(".idx", StringComparison.Ordinal) || path.EndsWith(".gal", StringComparison.Ordinal));

        static ListChanges Change(int rank) => ListChanges.Of([KeyValuePair.Create(rank, ListValue.Of(Colour.Red))], [], []);

        Task<SnapshotResult> UpdateAsync() => SnapshotStore.UpdateAsync(new SnapshotStoreOptions { StateFolder = State }, FetchAsync, next, present: null, CancellationToken.None);

        ValueTask<int> FetchAsync(string path, long offset, Memory<byte> buffer, CancellationToken stop)
        {
            requests.Add(path);
            return fetch(path, offset, buffer, stop);
        }
    }

    [Fact]
    public async Task A_trial_gives_the_device_key_no_second_name()
    {
        Enrol();
        Publish(1);
        var fetch = FolderFetch.From(Repository);
        var names = new HashSet<string?>();

        var tried = await SnapshotTrial.RunAsync(
            new SnapshotStoreOptions { StateFolder = State },
            (path, offset, buffer, stop) =>
            {
                names.UnionWith(Directory.GetFiles(Path.Combine(State, "trial")).Select(Path.GetFileName));
                return fetch(path, offset, buffer, stop);
            },
            Now, present: null, CancellationToken.None);

        Assert.NotNull(tried.Snapshot);
        tried.Snapshot.Pages?.Dispose();
        Assert.Contains("root.json", names);
        Assert.DoesNotContain("device.key", names);
    }

    [Fact]
    public async Task An_expired_publication_is_not_taken_and_a_held_one_is_kept()
    {
        Enrol();
        Publish(1);
        await OpenAsync();

        var later = await OpenAsync(Now + TimeSpan.FromDays(60));

        Assert.NotNull(later.Snapshot);
        Assert.True(later.Snapshot.ExpiresAt < Now + TimeSpan.FromDays(60));
        Assert.Contains("Expired", later.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_file_of_the_repository_is_cut_short_or_changed_nothing_unsigned_is_believed()
    {
        Enrol();
        Publish(1);
        foreach (var path in Directory.GetFiles(Repository, "*", SearchOption.AllDirectories))
        {
            // The list's header page is for people; nothing relies on it. The desk's files are not this gate's.
            if (path.Contains("desk", StringComparison.Ordinal) || path.EndsWith("1.root.json", StringComparison.Ordinal)) continue;

            // Only a gate that was away reads this.
            if (path.EndsWith("list-closing.json", StringComparison.Ordinal)) continue;
            var whole = await File.ReadAllBytesAsync(path);
            foreach (var broken in new[] { whole[..(whole.Length / 2)], Flip(whole, whole.Length / 2), Flip(whole, whole.Length - 20) })
            {
                await File.WriteAllBytesAsync(path, broken);
                if (Directory.Exists(Path.Combine(State, "targets"))) Directory.Delete(Path.Combine(State, "targets"), recursive: true);

                var opened = await OpenAsync();

                Assert.True(opened.Snapshot is null, $"{path} was believed.");
                Assert.NotEmpty(opened.Fault!);
            }

            await File.WriteAllBytesAsync(path, whole);
        }

        Assert.Null((await OpenAsync()).Fault);
    }

    [Fact]
    public async Task A_page_changed_on_the_gate_s_disk_answers_tampered_and_gives_no_colour()
    {
        Enrol();
        var province = Publish(1);
        var snapshot = (await OpenAsync()).Snapshot!;
        var member = province.Cast["green-phone"];
        var key = SubjectKey.Compute(province.Authority.ListKey.Span, member.Kind, member.Identifier.Span);
        var pages = Directory.GetFiles(Path.Combine(State, "targets"), "*.gal").Single();
        var whole = await File.ReadAllBytesAsync(pages);
        var right = snapshot.List.Find(member.Kind, key);
        Assert.Equal(ListAnswerKind.Listed, right.Kind);

        var tampered = 0;
        for (var at = ListPageLayout.PageSize; at < whole.Length; at += 37)
        {
            using (var file = new FileStream(pages, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.Position = at;
                file.WriteByte((byte)(whole[at] ^ 4));
            }

            var answer = snapshot.List.Find(member.Kind, key);

            // There is one page, so every change is on it: in the half that is looked in, or where nobody looks.
            if (answer != right) Assert.Equal(ListAnswer.Without(ListAnswerKind.PageTampered), answer);
            if (answer != right) tampered++;
            await File.WriteAllBytesAsync(pages, whole);
        }

        Assert.InRange(tampered, ListPageLayout.HalfSize / 37, whole.Length / 37);
    }

    private static byte[] Flip(byte[] whole, int at)
    {
        var broken = whole.ToArray();
        broken[at] ^= 1;
        return broken;
    }

    private ProvinceOptions Options() => new()
    {
        Seed = "tests",
        People = 100,
        Now = Now,
        DeviceKeyPem = File.Exists(Path.Combine(State, "device.pub")) ? File.ReadAllText(Path.Combine(State, "device.pub")) : null,
        Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
    };

    private void Enrol()
    {
        Directory.CreateDirectory(State);
        var province = new ProvinceFolder(Path.Combine(folder, "province"), Options());
        province.MakeRoot();
        using var identity = DeviceIdentity.OpenOrCreate(State);
        identity.Enrol(File.ReadAllBytes(province.RootFile), "demo-1");
    }

    private ProvinceFolder Publish(int version, Func<ProvinceOptions, ProvinceOptions>? bend = null)
    {
        var options = Options();
        var province = new ProvinceFolder(Path.Combine(folder, "province"), bend?.Invoke(options) ?? options);
        province.Make(version, static _ => { });
        return province;
    }

    private Task<SnapshotResult> OpenAsync(DateTimeOffset? now = null) => SnapshotStore.OpenAsync(
        new SnapshotStoreOptions { StateFolder = State }, FolderFetch.From(Repository), now ?? Now, CancellationToken.None);
}
