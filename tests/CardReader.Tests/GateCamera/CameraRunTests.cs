using System.Diagnostics;
using System.Text;
using CardReader.Camera;
using CardReader.Readers;
using CardReader.Tests.Camera;
using GateCamera;

namespace CardReader.Tests.GateCamera;

/// <summary>The camera's loop and the agent's reader, over a real socket, with a real engine.</summary>
public sealed class CameraRunTests
{
    [Fact]
    public async Task A_picture_moved_into_the_folder_is_presented_with_the_time_of_its_frame()
    {
        SkipWithoutEngine();
        using var folder = new Folder();
        Directory.CreateDirectory(folder["pictures"]);
        using var stop = new CancellationTokenSource();
        await using var shown = Shown.By(new CameraReader("reader-1", folder["s"], null, TimeProvider.System));
        var camera = CameraRun.RunAsync(folder["s"], new FolderSource(folder["pictures"]), 60, null, stop.Token);
        var before = Stopwatch.GetTimestamp();

        MoveIn(folder, "ZJ1:ONE");
        var presentation = await shown.NextAsync();
        await stop.CancelAsync();

        Assert.Equal("ZJ1:ONE", Encoding.UTF8.GetString(presentation.Payload.Span));
        Assert.InRange(presentation.Timestamp, before, Stopwatch.GetTimestamp());
        Assert.Equal(0, await camera.WaitAsync(Shown.Patience));
    }

    [Fact]
    public async Task An_agent_that_restarts_is_found_again()
    {
        SkipWithoutEngine();
        using var folder = new Folder();
        Directory.CreateDirectory(folder["pictures"]);
        var still = new FolderSource(new FileInfo(MoveIn(folder, "ZJ1:STILL")));
        using var stop = new CancellationTokenSource();
        var camera = CameraRun.RunAsync(folder["s"], still, 60, null, stop.Token);
        await using (var first = Shown.By(new CameraReader("reader-1", folder["s"], null, TimeProvider.System)))
            await first.NextAsync();

        await using var second = Shown.By(new CameraReader("reader-1", folder["s"], null, TimeProvider.System));
        var presentation = await second.NextAsync();
        await stop.CancelAsync();

        Assert.Equal("ZJ1:STILL", Encoding.UTF8.GetString(presentation.Payload.Span));
        Assert.Equal(0, await camera.WaitAsync(Shown.Patience));
    }

    [Fact]
    public async Task Without_an_engine_the_camera_ends_and_says_so()
    {
        using var folder = new Folder();

        Assert.Equal(1, await CameraRun.RunAsync(folder["s"], new FolderSource(folder.Path), 15, "no such engine", CancellationToken.None));
    }

    private static string MoveIn(Folder folder, string text)
    {
        var name = Path.Combine(folder["pictures"], Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(name + ".part", Pictures.Png(text, 6));
        File.Move(name + ".part", name + ".png");
        return name + ".png";
    }

    private static void SkipWithoutEngine()
    {
        var missing = Record.Exception(() => QrEngineCatalog.Open(null).Dispose());
        Assert.SkipWhen(missing is NotSupportedException, $"No picture can be read here: {missing?.Message}");
    }
}
