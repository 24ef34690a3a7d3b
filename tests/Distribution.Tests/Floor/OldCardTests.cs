using Distribution.Floor;
using Distribution.Tests.Tpm;
using Province;
using Province.Documents;

namespace Distribution.Tests.Floor;

/// <summary>Whole images of a gate's card, taken and put back, against a real TPM in software.</summary>
public sealed class OldCardTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("card-").FullName;
    private readonly Lazy<SoftwareTpm> tpm = new(static () => new SoftwareTpm());

    // The card carries the agent's state and the mirror of the repository.
    private string Card => Path.Combine(folder, "card");

    private string State => Path.Combine(Card, "state");

    private string Repository => Path.Combine(Card, "repository");

    public void Dispose()
    {
        if (tpm.IsValueCreated) tpm.Value.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_old_card_is_refused_by_a_board_that_remembers_until_the_newest_set_returns()
    {
        Enrol(Board());
        Publish(1);
        await StartAsync(Board());
        var image = TakeImage();
        Publish(2);
        await StartAsync(Board());
        PutBack(image);
        PowerCut();

        var (opened, floor) = await StartAsync(Board());
        Assert.Null(opened.Snapshot);
        Assert.Equal(FloorHealth.Failed, floor.Health);
        Assert.Contains("An old set was put back: it has root 1, timestamp 2, snapshot 1, and this board has seen root 1, timestamp 3", opened.Fault, StringComparison.Ordinal);
        Publish(2);
        var (again, after) = await StartAsync(Board());

        Assert.Equal(2, again.Snapshot!.Versions.Snapshot);
        Assert.True(after.IsProven);
    }

    [Fact]
    public async Task A_card_without_its_metadata_or_with_only_an_old_mirror_is_refused_too()
    {
        Enrol(Board());
        Publish(1);
        var image = TakeImage();
        Publish(2);
        await StartAsync(Board());
        Directory.Delete(Path.Combine(State, "metadata"), recursive: true);
        PutBack(image, "repository");

        var (opened, _) = await StartAsync(Board());

        Assert.Null(opened.Snapshot);
        Assert.Contains("An old set was put back", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_moved_to_another_board_has_no_key_there()
    {
        Enrol(Board());
        Publish(1);
        await StartAsync(Board());
        using var other = new SoftwareTpm();

        var (opened, _) = await StartAsync(new BoardPlaces(State, BoardKind.Tpm, other.Way));

        Assert.Null(opened.Snapshot);
        Assert.Contains("sealed by another board", opened.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_without_a_place_is_in_doubt_about_an_old_card_until_a_newer_timestamp_comes()
    {
        Enrol(Without());
        Publish(1);
        await StartAsync(Without());
        var image = TakeImage();
        Publish(2);
        await StartAsync(Without());
        PutBack(image);

        var (opened, floor) = await StartAsync(Without());
        Assert.Equal(1, opened.Snapshot!.Versions.Snapshot);
        Assert.False(floor.IsProven);
        Publish(3);
        var (renewed, after) = await StartAsync(Without());

        Assert.Equal(3, renewed.Snapshot!.Versions.Snapshot);
        Assert.True(after.IsProven);
    }

    [Fact]
    public async Task A_restart_of_the_agent_alone_leaves_no_doubt_where_memory_remembers()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no file system in memory.");
        var memory = $"/dev/shm/floor-{Guid.NewGuid():N}";
        try
        {
            Enrol(Memory());
            Publish(1);
            Assert.True((await StartAsync(Memory())).Floor.IsProven);
            Assert.True((await StartAsync(Memory())).Floor.IsProven);
            File.Delete(memory);
            Assert.False((await StartAsync(Memory())).Floor.IsProven);
        }
        finally
        {
            File.Delete(memory);
        }

        BoardPlaces Memory() => new(State, BoardKind.Memory, memory);
    }

    [Fact]
    public async Task A_memory_that_lies_on_a_disk_is_told()
    {
        Enrol(Without());
        Publish(1);

        var (_, floor) = await StartAsync(new BoardPlaces(State, BoardKind.Memory, Path.Combine("/usr", "floor")));

        Assert.Contains("lies on a disk", floor.Text, StringComparison.Ordinal);
    }

    private BoardPlaces Board() => new(State, BoardKind.Tpm, tpm.Value.Way);

    private BoardPlaces Without() => new(State, BoardKind.None, string.Empty);

    private void PowerCut()
    {
        tpm.Value.Stop();
        tpm.Value.Start();
    }

    private void Enrol(BoardPlaces board)
    {
        Directory.CreateDirectory(State);
        using (board)
        {
            board.Prepare(State);
            using var identity = DeviceIdentity.OpenOrCreate(State, board.Keys);
            identity.Enrol(File.ReadAllBytes(Publish(1).RootFile), "demo-1");
        }
    }

    private ProvinceFolder Publish(int version)
    {
        var province = new ProvinceFolder(Card, new ProvinceOptions
        {
            Seed = "tests",
            People = 100,
            Now = Now,
            DeviceKeyPem = File.ReadAllText(Path.Combine(State, "device.pub")),
            Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
        });
        province.Make(version, static _ => { });
        return province;
    }

    private async Task<(SnapshotResult Opened, FloorGuard Floor)> StartAsync(BoardPlaces board)
    {
        using (board)
        {
            var options = new SnapshotStoreOptions { StateFolder = State, Keys = board.Keys, Floor = board.Floor };
            var opened = await SnapshotStore.OpenAsync(options, FolderFetch.From(Repository), Now, CancellationToken.None);
            opened.Snapshot?.Pages?.Dispose();
            return (opened, board.Floor);
        }
    }

    private string TakeImage()
    {
        var image = Path.Combine(folder, $"image-{Guid.NewGuid():N}");
        Copy(Card, image);
        return image;
    }

    private void PutBack(string image, string part = "")
    {
        Directory.Delete(Path.Combine(Card, part), recursive: true);
        Copy(Path.Combine(image, part), Path.Combine(Card, part));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.GetDirectories(from, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(to + path[from.Length..]);
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) File.Copy(path, to + path[from.Length..]);
    }
}
