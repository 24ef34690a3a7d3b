using Distribution.Floor;
using Distribution.Keys;
using Distribution.Tests.Tpm;

namespace Distribution.Tests.Floor;

public sealed class TpmFloorPlaceTests : IDisposable
{
    private static readonly VersionFloor Some = new(0x0123_4567_89AB_CDEF, 3, 41, 40, 1_790_000_000);
    private readonly SoftwareTpm tpm = new();
    private readonly string folder = Directory.CreateTempSubdirectory("floor-").FullName;
    private readonly TpmKeyPlace keys;
    private readonly TpmFloorPlace place;

    public TpmFloorPlaceTests()
    {
        keys = new TpmKeyPlace(folder, tpm.Way);
        place = new TpmFloorPlace(tpm.Way, keys);
        using (DeviceIdentity.OpenOrCreate(folder, keys)) place.Define();
    }

    public void Dispose()
    {
        keys.Dispose();
        tpm.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_enrolled_board_has_seen_nothing_yet()
    {
        Assert.Equal(default(VersionFloor), place.Read());
    }

    [Fact]
    public void A_floor_outlives_power_cuts_and_a_second_enrolment_of_the_same_key()
    {
        place.Write(Some);
        tpm.Stop();
        tpm.Start();
        place.Define();

        using var again = new TpmKeyPlace(folder, tpm.Way);
        Assert.Equal(Some, new TpmFloorPlace(tpm.Way, again).Read());
    }

    [Fact]
    public void Another_key_neither_reads_nor_writes_it()
    {
        place.Write(Some);
        var stranger = Path.Combine(folder, "stranger");
        Directory.CreateDirectory(stranger);
        using var others = new TpmKeyPlace(stranger, tpm.Way);
        using var identity = DeviceIdentity.OpenOrCreate(stranger, others);
        var other = new TpmFloorPlace(tpm.Way, others);

        Assert.Throws<FloorPlaceException>(() => other.Read());
        Assert.Throws<FloorPlaceException>(() => other.Write(default));
        Assert.Equal(Some, place.Read());
    }

    [Fact]
    public void Wrong_guesses_never_lock_the_gate_out()
    {
        var index = new Distribution.Tpm.TpmIndex(tpm.Way, VersionFloor.Size);
        for (var guess = 0; guess < 50; guess++)
            Assert.Equal(Distribution.Tpm.TpmFault.WrongAuth, Assert.Throws<Distribution.Tpm.TpmException>(() => index.Read(new byte[32])).Fault);

        Assert.Equal(default(VersionFloor), place.Read());
    }

    [Fact]
    public void A_board_enrolled_anew_begins_anew()
    {
        place.Write(Some);
        var anew = Path.Combine(folder, "anew");
        Directory.CreateDirectory(anew);
        using var board = new BoardPlaces(anew, BoardKind.Tpm, tpm.Way);

        Assert.False(board.Prepare(anew));

        var lost = Assert.Throws<FloorPlaceException>(() => place.Read());
        Assert.Contains("no longer in the TPM", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tpm_that_is_not_there_is_a_fault_that_names_it()
    {
        keys.Find()!.Dispose();
        tpm.Stop();

        var missing = Assert.ThrowsAny<IOException>(() => place.Read());

        Assert.Contains("There is no TPM at swtpm:", missing.Message, StringComparison.Ordinal);
    }
}
