using System.Text;
using CardReader.Lines;
using CardReader.Readers;
using Demo;

namespace CardReader.Tests.Readers;

/// <summary>A scanner at a real pseudo-terminal, through the system's own serial driver.</summary>
public sealed class SerialScannerOnTerminalTests : ReaderContract
{
    [Fact]
    public async Task A_code_of_the_greatest_length_arrives_whole()
    {
        await using var device = new Terminal();
        await using var shown = Shown.By(device.Reader);
        var text = string.Concat(Enumerable.Repeat("0123456789ABCDEFGHIJKLMN", Presentation.PayloadMax / 24));

        device.Send(text + "\r\n");

        Assert.Equal(text, Encoding.UTF8.GetString((await shown.NextAsync()).Payload.Span));
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_a_reader_exception_that_says_what_to_do()
    {
        await using var shown = Shown.By(new SerialScanner(ReaderName, "/dev/no-such-scanner", null, TimeProvider.System));

        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("/dev/no-such-scanner", ended.Message, StringComparison.Ordinal);
        Assert.Contains("dialout", ended.Message, StringComparison.Ordinal);
    }

    private protected override Task<Device> OpenAsync() => Task.FromResult<Device>(new Terminal());

    private sealed class Terminal : Device
    {
        private readonly PseudoTerminal terminal = PseudoTerminal.Open();
        private readonly ReadyLine ready;

        public Terminal()
        {
            ready = new ReadyLine(() => SerialLine.Open(terminal.DevicePath));
            Reader = new SerialScanner(ReaderName, ready.Open, null, TimeProvider.System);
        }

        public override Reader Reader { get; }

        public override Carrier Carrier => Carrier.Qr;

        public override byte[] Payload { get; } = "ZJ1:TEST OF A LINE"u8.ToArray();

        public void Send(string text)
        {
            ready.Wait();
            terminal.Write(Encoding.UTF8.GetBytes(text));
        }

        public override Task PresentAsync()
        {
            Send(Encoding.UTF8.GetString(Payload) + "\r");
            return Task.CompletedTask;
        }

        public override Task WithdrawAsync()
        {
            ready.Reset();
            return Task.CompletedTask;
        }

        public override Task VanishAsync()
        {
            terminal.Dispose();
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            terminal.Dispose();
            ready.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Opening a device throws away what was sent before, so what a test sends waits until it is open.</summary>
    private sealed class ReadyLine(Func<ByteLine> open) : IDisposable
    {
        private readonly ManualResetEventSlim isOpen = new();

        public ByteLine Open()
        {
            var line = open();
            isOpen.Set();
            return line;
        }

        public void Wait() => Assert.True(isOpen.Wait(Shown.Patience));

        public void Reset() => isOpen.Reset();

        public void Dispose() => isOpen.Dispose();
    }
}

/// <summary>Silences on a line in memory, under a clock that moves by hand.</summary>
public sealed class SerialScannerSilenceTests : IDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(50);
    private readonly HandClock time = new();
    private readonly LoopLine line;

    public SerialScannerSilenceTests() => line = new LoopLine(time);

    [Fact]
    public async Task With_an_idle_gap_a_silence_ends_the_code_with_the_time_of_its_last_byte()
    {
        var sentAt = time.GetTimestamp();
        await using var shown = Shown.By(new SerialScanner("reader-1", () => line, Gap, time));
        Send("no suffix");
        await time.WaitForTimerAsync();

        time.Advance(Gap);
        var presentation = await shown.NextAsync();

        Assert.Equal("no suffix"u8.ToArray(), presentation.Payload.ToArray());
        Assert.Equal(sentAt, presentation.Timestamp);
    }

    [Fact]
    public async Task A_silence_shorter_than_the_gap_ends_nothing()
    {
        await using var shown = Shown.By(new SerialScanner("reader-1", () => line, Gap, time));
        Send("two ");
        await time.WaitForTimerAsync();

        time.Advance(Gap - TimeSpan.FromMilliseconds(1));
        Send("parts\r");

        Assert.Equal("two parts"u8.ToArray(), (await shown.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task Without_one_bytes_that_never_end_are_dropped_and_spoil_nobodys_next_code()
    {
        await using var shown = Shown.By(new SerialScanner("reader-1", () => line, null, time));
        Send("~~noise");
        await time.WaitForTimerAsync();

        time.Advance(TimeSpan.FromSeconds(1));
        Send("one\r");

        Assert.Equal("one"u8.ToArray(), (await shown.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_code_that_was_begun_when_the_run_is_stopped_is_shown_to_nobody()
    {
        var shown = Shown.By(new SerialScanner("reader-1", () => line, Gap, time));
        Send("half a co");
        await time.WaitForTimerAsync();

        var ended = await shown.StopAsync();

        Assert.IsType<OperationCanceledException>(ended, exactMatch: false);
        Assert.False(shown.TryNext(out _));
    }

    [Fact]
    public async Task A_line_that_ends_is_an_unplugged_scanner()
    {
        await using var shown = Shown.By(new SerialScanner("reader-1", () => line, null, time));

        line.Unplug();

        Assert.IsType<ReaderException>(await shown.EndAsync());
    }

    public void Dispose() => line.Dispose();

    private void Send(string text) => line.Send(Encoding.UTF8.GetBytes(text));
}
