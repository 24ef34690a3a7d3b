namespace CardReader.Tests;

/// <summary>What every reader keeps, whatever its device. Each kind subclasses it with a device that is as real as can be.</summary>
public abstract class ReaderContract
{
    /// <summary>The name that the device's reader is given.</summary>
    protected const string ReaderName = "reader-1";

    [Fact]
    public async Task A_presentation_bears_the_readers_name_its_carrier_and_a_time()
    {
        await using var device = await OpenAsync();
        var before = device.Time.GetTimestamp();
        await using var shown = Shown.By(device.Reader);

        await device.PresentAsync();
        var presentation = await shown.NextAsync();

        Assert.Equal(ReaderName, device.Reader.Name);
        Assert.Equal(ReaderName, presentation.Reader);
        Assert.Equal(device.Carrier, presentation.Carrier);
        Assert.Equal(device.Payload, presentation.Payload.ToArray());
        Assert.InRange(presentation.Timestamp, before, device.Time.GetTimestamp());
    }

    [Fact]
    public async Task Stopping_ends_the_run_promptly()
    {
        await using var device = await OpenAsync();
        await using var shown = Shown.By(device.Reader);
        await device.PresentAsync();
        await shown.NextAsync();

        var ended = await shown.StopAsync();

        Assert.IsType<OperationCanceledException>(ended, exactMatch: false);
    }

    [Fact]
    public async Task A_reader_can_be_run_again_after_it_was_stopped()
    {
        await using var device = await OpenAsync();
        await using (var first = Shown.By(device.Reader))
        {
            await device.PresentAsync();
            await first.NextAsync();
        }

        await device.WithdrawAsync();
        await using var second = Shown.By(device.Reader);
        await device.PresentAsync();

        Assert.Equal(device.Payload, (await second.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_device_that_vanishes_ends_the_run_with_a_reader_exception_without_the_payload()
    {
        await using var device = await OpenAsync();
        await using var shown = Shown.By(device.Reader);
        await device.PresentAsync();
        await shown.NextAsync();

        await device.VanishAsync();
        var ended = await shown.EndAsync();

        var gone = Assert.IsType<ReaderException>(ended);
        Assert.DoesNotContain(Convert.ToHexString(device.Payload), gone.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(System.Text.Encoding.Latin1.GetString(device.Payload), gone.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Makes a device and the reader of it. A test that cannot have one skips.</summary>
    private protected abstract Task<Device> OpenAsync();

    /// <summary>One device before one reader.</summary>
    private protected abstract class Device : IAsyncDisposable
    {
        public abstract Reader Reader { get; }

        public virtual TimeProvider Time => TimeProvider.System;

        public abstract Carrier Carrier { get; }

        public abstract byte[] Payload { get; }

        /// <summary>Shows the payload once. May be called before the reader has opened the device.</summary>
        public abstract Task PresentAsync();

        /// <summary>Takes what was shown away, so that it can be shown again.</summary>
        public virtual Task WithdrawAsync() => Task.CompletedTask;

        /// <summary>Unplugs the device.</summary>
        public abstract Task VanishAsync();

        public abstract ValueTask DisposeAsync();
    }
}
