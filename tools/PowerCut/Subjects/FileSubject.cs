using System.Buffers.Binary;
using System.Globalization;
using Distribution;
using Simulate;

namespace PowerCut.Subjects;

/// <summary>Small files that are replaced whole: what configuration, floors and roots lie in. Four of them in turn, from a
/// few bytes to some pages, at once or piece by piece.</summary>
internal sealed class FileSubject : Subject
{
    private const int Files = 4;
    private const int SizeMax = 20_000;
    private const int NumberSize = 8;
    private const int PieceSize = 3_000;

    public override string Name => "files";

    public override IReadOnlyList<string> Counters => [.. Enumerable.Range(0, Files).Select(CounterOf)];

    public override async Task WorkAsync(Workplace place, CancellationToken stop)
    {
        Directory.CreateDirectory(place.Folder);
        for (var number = 1L; !stop.IsCancellationRequested; number++)
        {
            for (var file = 0; file < Files; file++)
            {
                place.Ledger.Begin(CounterOf(file), number);
                Replace(Path.Combine(place.Folder, CounterOf(file)), ContentOf(file, number), place.Dice.Falls(500));
                place.Ledger.Acknowledge(CounterOf(file), number);
                await Task.Yield();
            }
        }
    }

    public override Task<Finding> CheckAsync(CutPlace place)
    {
        Directory.CreateDirectory(place.Folder);
        for (var file = 0; file < Files; file++)
        {
            var finding = Check(place, file);
            if (finding.Kind != FindingKind.Kept) return Task.FromResult(finding);
        }

        return Task.FromResult(Finding.Kept);
    }

    private static Finding Check(CutPlace place, int file)
    {
        var path = Path.Combine(place.Folder, CounterOf(file));
        var bounds = place.Ledger.Of(CounterOf(file));
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : null;
        var number = bytes is null ? 0 : bytes.Length < NumberSize ? -1 : BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (bytes is not null && (number < 1 || !ContentOf(file, number).AsSpan().SequenceEqual(bytes)))
            return new Finding(FindingKind.Corrupt, $"{CounterOf(file)} holds {bytes.Length} bytes that were never written");
        var finding = Finding.Of(CounterOf(file), number, bounds);
        if (finding.Kind != FindingKind.Kept) return finding;

        // Whatever a cut left beside it, the next replacement goes through.
        var next = ContentOf(file, bounds.Most + 1);
        DurableFile.Write(path, next);
        return File.ReadAllBytes(path).AsSpan().SequenceEqual(next) ? Finding.Kept : new Finding(FindingKind.Corrupt, $"{path} cannot be replaced");
    }

    private static void Replace(string path, byte[] content, bool inPieces)
    {
        if (!inPieces)
        {
            DurableFile.Write(path, content);
            return;
        }

        using (var stream = DurableFile.Create(path))
        {
            for (var at = 0; at < content.Length; at += PieceSize)
                stream.Write(content.AsSpan(at, Math.Min(PieceSize, content.Length - at)));
        }

        DurableFile.Commit(path);
    }

    private static string CounterOf(int file) => string.Create(CultureInfo.InvariantCulture, $"file-{file}");

    private static byte[] ContentOf(int file, long number)
    {
        var dice = new Dice((ulong)((number * Files) + file));
        var content = new byte[NumberSize + dice.Below(file < 2 ? 100 : SizeMax)];
        for (var index = NumberSize; index < content.Length; index++) content[index] = (byte)dice.Below(256);
        BinaryPrimitives.WriteInt64BigEndian(content, number);
        return content;
    }
}
