namespace Distribution.Tests;

public sealed class FolderFetchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fetch-").FullName;
    private readonly byte[] buffer = new byte[64];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_file_is_read_from_any_offset_and_ends_with_nothing()
    {
        Directory.CreateDirectory(Path.Combine(folder, "repository", "list"));
        await File.WriteAllTextAsync(Path.Combine(folder, "repository", "list", "a.gal"), "0123456789");
        var fetch = FolderFetch.From(Path.Combine(folder, "repository"));

        Assert.Equal(10, await fetch("list/a.gal", 0, buffer, CancellationToken.None));
        Assert.Equal(3, await fetch("list/a.gal", 7, buffer, CancellationToken.None));
        Assert.Equal(0, await fetch("list/a.gal", 10, buffer, CancellationToken.None));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("list/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("list//a")]
    [InlineData("list/.hidden")]
    [InlineData("list/a b")]
    [InlineData("link")]
    [InlineData("linked/secret")]
    [InlineData("list")]
    public async Task A_path_that_leaves_the_folder_is_no_file(string path)
    {
        var repository = Path.Combine(folder, "repository");
        Directory.CreateDirectory(Path.Combine(repository, "list"));
        await File.WriteAllTextAsync(Path.Combine(folder, "secret"), "secret");
        File.CreateSymbolicLink(Path.Combine(repository, "link"), Path.Combine(folder, "secret"));
        File.CreateSymbolicLink(Path.Combine(repository, "linked"), folder);

        Assert.Equal(-1, await FolderFetch.From(repository)(path, 0, buffer, CancellationToken.None));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_failing_source_and_not_an_empty_one() =>
        await Assert.ThrowsAsync<IOException>(
            async () => await FolderFetch.From(Path.Combine(folder, "gone"))("a", 0, buffer, CancellationToken.None));

    [Fact]
    public void A_durable_file_is_replaced_whole_and_readable_by_its_owner_alone()
    {
        var path = Path.Combine(folder, "floor");
        DurableFile.Write(path, "one"u8);
        DurableFile.Write(path, "two"u8);

        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Single(Directory.GetFiles(folder));
    }
}
