using System.Text;
using CardReader.Capture;
using CardReader.Readers;
using Microsoft.Extensions.Time.Testing;

namespace CardReader.Tests.Capture;

public sealed class WireCaptureTests
{
    private const string Number = "3104588888888888881";
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_capture_holds_when_who_what_and_how_long_and_no_digit_of_a_payload()
    {
        using var folder = new Folder();
        using (var capture = new WireCapture(folder["capture"], time))
        {
            time.Advance(TimeSpan.FromMilliseconds(1.5));
            capture.Write(new Presentation("door", Carrier.Qr, Encoding.ASCII.GetBytes(Number), time.GetTimestamp()));
            time.Advance(TimeSpan.FromSeconds(1));
            capture.Write(new Presentation("metro-nfc", Carrier.CardUid, [0x04, 0xA1, 0xB2, 0xC3], time.GetTimestamp()));
        }

        var text = File.ReadAllText(folder["capture"]);

        Assert.Equal("1500 door Qr *19\n1001500 metro-nfc CardUid *4\n", text);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.ASCII.GetBytes(Number)), text, StringComparison.Ordinal);
        Assert.All(File.ReadLines(folder["capture"]), line => Assert.True(CaptureLine.TryRead(line, out _)));
    }

    [Fact]
    public void A_frame_taken_before_the_capture_began_is_at_its_beginning()
    {
        using var folder = new Folder();
        var before = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(40));
        using (var capture = new WireCapture(folder["capture"], time))
            capture.Write(new Presentation("door", Carrier.Qr, "x"u8, before));

        Assert.Equal("0 door Qr *1\n", File.ReadAllText(folder["capture"]));
    }

    [Fact]
    public void A_capture_ends_at_its_size_and_can_be_replayed_up_to_there()
    {
        using var folder = new Folder();
        var presentation = new Presentation(new string('n', ReaderConfig.NameMax), Carrier.Qr, "x"u8, time.GetTimestamp());
        using (var capture = new WireCapture(folder["capture"], time))
        {
            for (var line = 0; line < WireCapture.SizeMax / 60; line++) capture.Write(presentation);
        }

        Assert.InRange(new FileInfo(folder["capture"]).Length, WireCapture.SizeMax - CaptureLine.LengthMax, WireCapture.SizeMax);
        Assert.EndsWith("*1\n", File.ReadAllText(folder["capture"]), StringComparison.Ordinal);
    }
}

/// <summary>A capture of the test province, replayed.</summary>
public sealed class ReplayReaderTests : ReaderContract
{
    [Fact]
    public async Task Presentations_come_at_the_pace_of_the_capture()
    {
        using var folder = new Folder();
        var time = new HandClock();
        await File.WriteAllLinesAsync(
            folder["capture"], ["# a comment", string.Empty, "0 a Qr b25l", "100000 b Qr *5", "250000 b CardUid BKGyww=="]);
        await using var shown = Shown.By(new ReplayReader(ReaderName, folder["capture"], time));
        var startedAt = time.GetTimestamp();

        Assert.Equal("one"u8.ToArray(), (await shown.NextAsync()).Payload.ToArray());
        await time.WaitForTimerAsync();
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(shown.TryNext(out _));
        time.Advance(TimeSpan.FromMilliseconds(1));
        var card = await shown.NextAsync();

        Assert.Equal((ReaderName, Carrier.CardUid), (card.Reader, card.Carrier));
        Assert.Equal(TimeSpan.FromMilliseconds(250), time.GetElapsedTime(startedAt, card.Timestamp));
    }

    [Fact]
    public async Task A_capture_that_is_none_is_refused_with_its_line()
    {
        using var folder = new Folder();
        await File.WriteAllLinesAsync(folder["capture"], ["0 a Qr b25l", "this is no capture"]);
        await using var shown = Shown.By(new ReplayReader(ReaderName, folder["capture"], TimeProvider.System));

        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("Line 2", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_over_the_limit_is_not_read()
    {
        using var folder = new Folder();
        await using (var file = File.Create(folder["capture"])) file.SetLength(WireCapture.SizeMax + 1);
        await using var shown = Shown.By(new ReplayReader(ReaderName, folder["capture"], TimeProvider.System));

        Assert.Contains("longer", Assert.IsType<ReaderException>(await shown.EndAsync()).Message, StringComparison.Ordinal);
    }

    private protected override Task<Device> OpenAsync() => Task.FromResult<Device>(new CaptureOnDisk());

    /// <summary>What is presented is a whole capture; a device that vanishes is a capture whose next line is broken.</summary>
    private sealed class CaptureOnDisk : Device
    {
        private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);
        private readonly Folder folder = new();
        private readonly HandClock time = new();

        public CaptureOnDisk()
        {
            Reader = new ReplayReader(ReaderName, folder["capture"], time);
            File.WriteAllLines(folder["capture"],
            [
                CaptureLine.WriteWhole(TimeSpan.Zero, "elsewhere", Carrier, Payload),
                CaptureLine.WriteWhole(Later, "elsewhere", Carrier, "later"u8),
                "broken",
            ]);
        }

        public override Reader Reader { get; }

        public override TimeProvider Time => time;

        public override Carrier Carrier => Carrier.Qr;

        public override byte[] Payload { get; } = "ZJ1:TEST OF A REPLAY"u8.ToArray();

        public override Task PresentAsync() => Task.CompletedTask;

        public override async Task VanishAsync()
        {
            await time.WaitForTimerAsync();
            time.Advance(Later);
        }

        public override ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
