namespace CardReader.Tests;

public sealed class ReaderCatalogTests
{
    private static readonly ReaderConfig Good = new("door", "serial", "/dev/ttyACM0");

    [Theory]
    [InlineData("camera")]
    [InlineData("serial")]
    [InlineData("pcsc")]
    [InlineData("replay")]
    public void Each_kind_makes_a_reader_of_the_configured_name_and_opens_nothing(string kind)
    {
        var reader = ReaderCatalog.Make(Good with { Kind = kind, Path = "/nowhere/at/all" }, TimeProvider.System);

        Assert.Equal("door", reader.Name);
        Assert.Contains(kind, ReaderCatalog.Kinds);
    }

    [Fact]
    public void There_are_four_kinds() => Assert.Equal(4, ReaderCatalog.Kinds.Count);

    [Fact]
    public void A_good_configuration_has_no_fault() => Assert.Equal(ReaderFault.None, ReaderConfig.Check(Good));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public void A_name_that_would_break_a_capture_is_refused(string name) =>
        Assert.Equal(ReaderFault.BadName, ReaderConfig.Check(Good with { Name = name }));

    [Fact]
    public void Names_and_paths_end_at_their_limits()
    {
        Assert.Equal(ReaderFault.None, ReaderConfig.Check(Good with { Name = new string('n', ReaderConfig.NameMax) }));
        Assert.Equal(ReaderFault.BadName, ReaderConfig.Check(Good with { Name = new string('n', ReaderConfig.NameMax + 1) }));
        Assert.Equal(ReaderFault.None, ReaderConfig.Check(Good with { Path = new string('p', ReaderConfig.PathMax) }));
        Assert.Equal(ReaderFault.BadPath, ReaderConfig.Check(Good with { Path = new string('p', ReaderConfig.PathMax + 1) }));
        Assert.Equal(ReaderFault.BadPath, ReaderConfig.Check(Good with { Path = string.Empty }));
    }

    [Theory]
    [InlineData("serial", 19, ReaderFault.BadIdleGap)]
    [InlineData("serial", 20, ReaderFault.None)]
    [InlineData("serial", 1_000, ReaderFault.None)]
    [InlineData("serial", 1_001, ReaderFault.BadIdleGap)]
    [InlineData("camera", 100, ReaderFault.BadIdleGap)]
    public void An_idle_gap_is_for_serial_scanners_and_has_limits(string kind, int gapMs, ReaderFault fault) =>
        Assert.Equal(fault, ReaderConfig.Check(Good with { Kind = kind, IdleGap = TimeSpan.FromMilliseconds(gapMs) }));

    [Theory]
    [InlineData("camera", 0, ReaderFault.BadPeerUsers)]
    [InlineData("camera", 1, ReaderFault.None)]
    [InlineData("camera", 8, ReaderFault.None)]
    [InlineData("camera", 9, ReaderFault.BadPeerUsers)]
    [InlineData("serial", 1, ReaderFault.BadPeerUsers)]
    public void Users_are_for_cameras_and_few(string kind, int count, ReaderFault fault) =>
        Assert.Equal(fault, ReaderConfig.Check(Good with { Kind = kind, PeerUsers = new uint[count] }));

    [Fact]
    public void A_faulty_configuration_makes_no_reader()
    {
        var wrong = Assert.Throws<ArgumentException>(() => ReaderCatalog.Make(Good with { Kind = "barcode" }, TimeProvider.System));

        Assert.Contains("barcode", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ReaderFault.UnknownKind), wrong.Message, StringComparison.Ordinal);
    }
}
