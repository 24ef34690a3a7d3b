using Province.Publishing;

namespace Province.Tests.Publishing;

public sealed class PublicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("public-file-").FullName;

    [Fact]
    public void A_file_in_the_place_of_another_has_a_later_second_however_soon_it_comes()
    {
        var path = Path.Combine(folder, "timestamp.json");
        var seconds = new List<long>();
        for (var version = 0; version < 4; version++)
        {
            PublicFile.Write(path, [(byte)version]);
            seconds.Add(new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds());
        }

        Assert.Equal(seconds.Distinct().Order(), seconds);
        Assert.Equal([3], File.ReadAllBytes(path));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
