using System.Globalization;
using Distribution;
using Province;

namespace PowerCut.Subjects;

/// <summary>First starts and enrolments: the device key must never change once its hash was told to the province, and a gate
/// is enrolled wholly or not at all. One board after the other.</summary>
internal sealed class IdentitySubject : Subject
{
    private const string RootFile = "root.json";

    public override string Name => "identity";

    public override IReadOnlyList<string> Counters => [Name];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        var province = new ProvinceFolder(place.Materials, Gates.Options("identity", deviceKeyPem: null, people: 0));
        province.MakeRoot();
        var root = await File.ReadAllBytesAsync(province.RootFile, CancellationToken.None);
        for (var board = 0L; !stop.IsCancellationRequested; board++)
        {
            place.Ledger.Begin(Name, KeyStep(board));
            using var identity = DeviceIdentity.OpenOrCreate(FolderOf(place.Folder, board));
            place.Ledger.Acknowledge(Name, KeyStep(board), identity.PublicKeyHash);
            place.Ledger.Begin(Name, RootStep(board));
            identity.Enrol(root, GateOf(board));
            place.Ledger.Acknowledge(Name, RootStep(board));
            await Task.Yield();
        }
    }

    public override Task<Finding> CheckAsync(CutPlace place)
    {
        var bounds = place.Ledger.Of(Name);
        var newest = (bounds.Most - 1) / 2;
        for (var board = Math.Max(0, newest - 2); bounds.Most > 0 && board <= newest; board++)
        {
            try
            {
                var finding = Check(place, board, bounds);
                if (finding.Kind != FindingKind.Kept) return Task.FromResult(finding);
            }
            catch (Exception broken) when (broken is IOException or InvalidDataException)
            {
                return Task.FromResult(new Finding(FindingKind.Corrupt, broken.Message));
            }
        }

        return Task.FromResult(Finding.Kept);
    }

    private Finding Check(CutPlace place, long board, Bounds bounds)
    {
        var root = File.ReadAllBytes(Path.Combine(place.Materials, RootFile));
        using var identity = DeviceIdentity.OpenOrCreate(FolderOf(place.Folder, board));
        if (bounds.Least >= KeyStep(board) && identity.PublicKeyHash != place.Ledger.RemarkOf(Name, KeyStep(board)))
            return new Finding(FindingKind.Lost, $"the device key of {GateOf(board)} was acknowledged and is another");
        if (bounds.Least >= RootStep(board) && !identity.IsEnrolled)
            return new Finding(FindingKind.Lost, $"{GateOf(board)} was enrolled and is not");
        if (!identity.IsEnrolled) identity.Enrol(root, GateOf(board));
        return identity.Gate == GateOf(board) && identity.PinnedRoot.AsSpan().SequenceEqual(root)
            ? Finding.Kept
            : new Finding(FindingKind.Corrupt, $"{GateOf(board)} is enrolled as '{identity.Gate}'");
    }

    private static long KeyStep(long board) => (board * 2) + 1;

    private static long RootStep(long board) => (board * 2) + 2;

    private static string GateOf(long board) => string.Create(CultureInfo.InvariantCulture, $"gate-{board}");

    private static string FolderOf(string folder, long board)
    {
        var path = Path.Combine(folder, GateOf(board));
        Directory.CreateDirectory(path);
        return path;
    }
}
