using System.Text;
using Distribution.Floor;
using GateAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;
using Province.Keys;
using Verifier;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace GateAgent.Tests.Timekeeping;

/// <summary>Random lives of a gate's clock: jumps of decades, restarts, lost files, signed updates, old cards; a green code is
/// judged by the real documents of a test province after every step.</summary>
public sealed class ClockJumpTests : IDisposable
{
    private const int Runs = 60;
    private const int Steps = 80;
    private static readonly DateTimeOffset BuiltAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_floor_is_never_above_the_newest_signed_time_and_nobody_passes_where_the_policy_refers()
    {
        var (documents, code) = await PublishAsync();
        var seed = new SeededBytes("clock jumps");
        var (admitted, inDoubt, expired) = (0, 0, 0);

        for (var run = 0; run < Runs; run++)
        {
            var life = new Life(seed.Bytes($"run {run}", Steps * 8), Path.Combine(folder.Path, $"run-{run}"));
            for (var step = 0; step < Steps; step++)
            {
                var clock = life.Step(step);
                Assert.InRange(clock.Floor, BuiltAt, life.NewestSigned);
                var now = clock.Now();
                var outcome = PassageVerifier.Judge(Carrier.Qr, code, Evidence.None, VenueKind.Metro, documents, now).Verdict.Outcome;
                if (outcome == Outcome.Admit) admitted++;
                else Assert.Equal(Outcome.Refer, outcome);
                if (!now.IsBelieved) inDoubt++;
                else if (now.Utc >= documents.ExpiresAt) expired++;
                var isSafe = life.IsNewest && life.Wall >= clock.Floor - TimeSpan.FromMinutes(5) && life.Wall < documents.ExpiresAt;
                Assert.True(isSafe || outcome == Outcome.Refer, $"Run {run}, step {step}: admitted at {life.Wall:u}, floor {clock.Floor:u}.");
                if (!now.IsBelieved) Assert.Equal(Reason.ClockInDoubt, Staleness.Of(documents, now).Reason);
            }

            var right = life.SetRight();
            Assert.True(right.Now().IsBelieved, $"Run {run}: the clock is right and is not believed.");
        }

        Assert.All([admitted, inDoubt, expired], static count => Assert.InRange(count, 100, int.MaxValue));
        documents.Pages?.Dispose();
    }

    private async Task<(TrustedSnapshot Documents, byte[] Code)> PublishAsync()
    {
        var gate = await EnrolledGate.MakeAsync(folder, "clock", 10, Now);
        var documents = await gate.UpdateAsync(Now);
        var cast = await File.ReadAllLinesAsync(Path.Combine(gate.Province.CastFolder, "cast.tsv"));
        var code = cast.Select(static line => line.Split('\t')).First(static fields => fields[0] == "green-phone")[2];
        return (documents, Encoding.UTF8.GetBytes(code));
    }

    /// <summary>One life. Each step throws eight bytes of chance.</summary>
    private sealed class Life
    {
        private readonly byte[] chance;
        private readonly string folder;
        private TrustedClock clock;
        private FakeTimeProvider wall;

        public Life(byte[] chance, string folder)
        {
            this.chance = chance;
            this.folder = folder;
            Directory.CreateDirectory(folder);
            wall = new FakeTimeProvider(Now);
            clock = Open(Now);
        }

        public DateTimeOffset NewestSigned { get; private set; } = BuiltAt;

        public DateTimeOffset Wall => wall.GetUtcNow();

        public bool IsNewest { get; private set; } = true;

        public TrustedClock Step(int step)
        {
            var dice = chance.AsSpan(step * 8, 8);
            var amount = (dice[1] << 16) | (dice[2] << 8) | dice[3];
            switch (dice[0] % 8)
            {
                case 0: clock = Open(Now.AddMinutes(amount % 20_000_000)); break;
                case 1: clock = Open(Now.AddMinutes(-(amount % 20_000_000))); break;
                case 2: clock = Open(Now.AddSeconds((amount % 1_200) - 600)); break;
                case 3: File.Delete(Path.Combine(folder, "clock.floor")); clock = Open(Wall); break;
                case 4: clock = Open(Wall); break;
                case 5: Sign(Now.AddMinutes(-(amount % 20_000)), isNewest: true); break;
                case 6: Sign(Now.AddMinutes(-(amount % 20_000)), isNewest: dice[4] % 2 == 0); break;
                default: Sign(Now, isNewest: true); break;
            }

            return clock;
        }

        public TrustedClock SetRight()
        {
            clock = Open(Now);
            Sign(Now, isNewest: true);
            return clock;
        }

        // The province never signs a time that has not come.
        private void Sign(DateTimeOffset asOf, bool isNewest)
        {
            if (asOf > NewestSigned) NewestSigned = asOf;
            IsNewest = isNewest;
            clock.Follow(new VersionFloor(7, 1, 1, 1, asOf.ToUnixTimeSeconds()), isNewest);
        }

        // A wall clock that jumps is one that another boot finds: the clock above it begins again, and knows what its file says.
        private TrustedClock Open(DateTimeOffset at)
        {
            wall = new FakeTimeProvider(at);
            IsNewest = true;
            return TrustedClock.Open(wall, BuiltAt, folder);
        }
    }
}
