using CardReader.Readers;

namespace CardReader.Tests.Readers;

/// <summary>An NFC reader behind a real pcscd, with virtual cards.</summary>
public sealed class PcscReaderTests : ReaderContract
{
    private const string TransitFile = "000000000000000000000310458888888888888120200101204001010000";

    [Fact]
    public async Task Cards_laid_on_one_after_the_other_are_each_shown_once_as_what_they_are()
    {
        using var table = await CardTable.OpenAsync();
        await using var shown = Shown.By(new PcscReader(ReaderName, "*", TimeProvider.System));
        (string Line, Carrier Carrier, string Payload)[] cards =
        [
            ($"insert transit {TransitFile}", Carrier.TransitCard, TransitFile),
            ($"insert transit-in-select {TransitFile}", Carrier.TransitCard, TransitFile),
            ($"insert city {TransitFile}", Carrier.CityCard, TransitFile),
            ("insert social 4142434445464748", Carrier.SocialSecurityCard, "4142434445464748"),
            ("insert uid 04A1B2C3D4E5F6", Carrier.CardUid, "04A1B2C3D4E5F6"),
        ];

        foreach (var (line, carrier, payload) in cards)
        {
            await table.TellAsync(line);
            var presentation = await shown.NextAsync();
            Assert.Equal(carrier, presentation.Carrier);
            Assert.Equal(payload, Convert.ToHexString(presentation.Payload.Span));
        }

        await shown.StopAsync();
        Assert.False(shown.TryNext(out _));
    }

    [Fact]
    public async Task A_card_that_refuses_every_command_is_shown_as_unreadable()
    {
        using var table = await CardTable.OpenAsync();
        await using var shown = Shown.By(new PcscReader(ReaderName, "*", TimeProvider.System));

        await table.TellAsync("insert mute 04A1B2C3");

        Assert.Equal(Carrier.Unreadable, (await shown.NextAsync()).Carrier);
    }

    [Fact]
    public async Task A_reader_that_is_not_there_is_named_with_those_that_are()
    {
        using var table = await CardTable.OpenAsync();
        await using var shown = Shown.By(new PcscReader(ReaderName, "ACR1252", TimeProvider.System));

        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("ACR1252", ended.Message, StringComparison.Ordinal);
        Assert.Contains("Virtual PCD", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_the_run_ends_with_what_to_do()
    {
        var table = await CardTable.OpenAsync();
        table.Dispose();
        await using var shown = Shown.By(new PcscReader(ReaderName, "*", TimeProvider.System));

        var ended = Assert.IsType<ReaderException>(await shown.EndAsync());

        Assert.Contains("pcscd", ended.Message, StringComparison.Ordinal);
    }

    private protected override async Task<Device> OpenAsync() => new Table(await CardTable.OpenAsync());

    private sealed class Table(CardTable table) : Device
    {
        public override Reader Reader { get; } = new PcscReader(ReaderName, "*", TimeProvider.System);

        public override Carrier Carrier => Carrier.TransitCard;

        public override byte[] Payload { get; } = Convert.FromHexString(TransitFile);

        public override Task PresentAsync() => table.TellAsync($"insert transit {TransitFile}");

        public override Task WithdrawAsync() => table.TellAsync("remove");

        public override Task VanishAsync()
        {
            table.Unplug();
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            table.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
