using System.Text;
using System.Threading.Channels;
using CardReader.Lines;
using CardReader.Readers;
using Demo;

namespace CardReader.Tests.Readers;

public sealed class SerialScannerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Channel<string> shown = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task A_code_sent_down_a_real_serial_line_is_shown()
    {
        using var terminal = PseudoTerminal.Open();
        using var stop = new CancellationTokenSource();
        var running = RunAsync(new SerialScanner("scanner", terminal.DevicePath, null, TimeProvider.System), stop.Token);

        // The line is open when a byte gets through; what was sent before that is thrown away with intent.
        string? first = null;
        for (var round = 0; first is null && round < 100; round++)
        {
            terminal.Write("HELLO\r"u8);
            first = await NextAsync(TimeSpan.FromMilliseconds(50));
        }

        terminal.Write(Encoding.ASCII.GetBytes("ZJ1:" + new string('X', 600) + "\r\n"));
        string? last;
        do last = await NextAsync(Patience);
        while (last == "HELLO");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("HELLO", first);
        Assert.Equal(604, last!.Length);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_a_reader_s_fault()
    {
        var scanner = new SerialScanner("scanner", "/dev/gate-nothing", null, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<ReaderException>(() => RunAsync(scanner, CancellationToken.None));

        Assert.Contains("/dev/gate-nothing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_ends_is_a_reader_s_fault_after_what_came_before()
    {
        using var line = new LoopLine();
        var running = RunAsync(new SerialScanner("scanner", () => line, null, TimeProvider.System), CancellationToken.None);
        await line.SendAsync("ONE\r"u8.ToArray(), CancellationToken.None);
        var first = await NextAsync(Patience);

        line.Unplug();

        await Assert.ThrowsAsync<ReaderException>(() => running);
        Assert.Equal("ONE", first);
    }

    private Task RunAsync(SerialScanner scanner, CancellationToken stop) => scanner.RunAsync(
        presentation => shown.Writer.TryWrite(Encoding.ASCII.GetString(presentation.Payload.Span)), stop);

    private async Task<string?> NextAsync(TimeSpan within)
    {
        using var bounded = new CancellationTokenSource(within);
        try
        {
            return await shown.Reader.ReadAsync(bounded.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
