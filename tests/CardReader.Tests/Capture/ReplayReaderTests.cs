using System.Text;
using CardReader.Capture;
using CardReader.Readers;
using Microsoft.Extensions.Time.Testing;

namespace CardReader.Tests.Capture;

public sealed class ReplayReaderTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task A_capture_is_shown_at_its_own_pace()
    {
        await File.WriteAllLinesAsync(path,
        [
            "# a capture of the test province",
            CaptureLine.WriteWhole(TimeSpan.Zero, "camera", Carrier.Qr, "ONE"u8),
            CaptureLine.WriteWhole(TimeSpan.FromSeconds(2), "camera", Carrier.Qr, "TWO"u8),
        ]);
        var shown = new List<string>();
        using var stop = new CancellationTokenSource();
        var running = new ReplayReader("replay", path, time)
            .RunAsync(presentation => shown.Add(Encoding.ASCII.GetString(presentation.Payload.Span)), stop.Token);

        await UntilAsync(() => shown.Count == 1);
        time.Advance(TimeSpan.FromSeconds(1));
        var early = shown.Count;
        await UntilAsync(() =>
        {
            // The reader may begin its wait a moment after the clock was read.
            time.Advance(TimeSpan.FromMilliseconds(100));
            return shown.Count == 2;
        });

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, early);
        Assert.Equal(["ONE", "TWO"], shown);
    }

    [Fact]
    public void A_capture_made_at_a_gate_holds_lengths_and_no_payload()
    {
        var presentation = new Presentation("camera", Carrier.Qr, "ZJ1:SECRET"u8, time.GetTimestamp());
        using (var capture = new WireCapture(path, time)) capture.Write(presentation);

        var line = File.ReadAllText(path);

        Assert.Equal("0 camera Qr *10\n", line);
        Assert.True(CaptureLine.TryRead(line.TrimEnd(), out var read));
        Assert.Null(read!.Payload);
        Assert.DoesNotContain("SECRET", presentation.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x camera Qr QQ==")]
    [InlineData("-1 camera Qr QQ==")]
    [InlineData("0 camera 1 QQ==")]
    [InlineData("0 camera None QQ==")]
    [InlineData("0 camera Qr Q")]
    [InlineData("0 camera Qr ")]
    [InlineData("0 camera Qr QQ== more")]
    [InlineData("99999999999999999999 camera Qr QQ==")]
    public void What_is_no_line_of_a_capture_is_refused(string text) => Assert.False(CaptureLine.TryRead(text, out _));

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var round = 0; !holds(); round++)
        {
            Assert.True(round < 2_000, "It did not happen.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
