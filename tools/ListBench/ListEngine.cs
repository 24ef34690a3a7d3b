using System.Globalization;
using Distribution;
using Province.Lists;
using Verifier.AllowList;

namespace ListBench;

/// <summary>Our list: verified pages, a delta that is kept whole and checked against its signed result.</summary>
internal sealed class ListEngine : Engine
{
    private readonly string folder;
    private readonly AllowListIndex index;
    private readonly PageFile pages;
    private AllowListReader reader;

    private ListEngine(string folder, AllowListIndex index, PageFile pages)
    {
        this.folder = folder;
        this.index = index;
        this.pages = pages;
        reader = new AllowListReader(index, pages.TryRead);
    }

    public static AllowListHeader Header { get; } = new("33", 1, 0, DateTimeOffset.UnixEpoch, [SubjectKind.Person]);

    public override string[] Files => [BaseFiles.Of(folder, 1).Pages, BaseFiles.Of(folder, 1).Index];

    public AllowListIndex Index => index;

    public static void Build(string folder, IEnumerable<ListEntry> sorted)
    {
        var files = BaseFiles.Of(folder, 1);
        DurableFile.Write(files.Index, AllowListWriter.Write(files.Pages, Header, sorted));
    }

    public static ListEngine Open(string folder) => Open(folder, PageFile.Open(BaseFiles.Of(folder, 1).Pages));

    public override byte Find(SubjectKey key)
    {
        var answer = reader.Find(SubjectKind.Person, key);
        return answer.Kind is ListAnswerKind.Listed or ListAnswerKind.NotListed
            ? answer.Value.Code
            : throw new InvalidDataException($"The list answers {answer.Kind}.");
    }

    public override void Apply(ChangeFile changes)
    {
        if (!ListDelta.TryRead(changes.Delta, out var delta, out var fault)) throw new InvalidDataException(fault.ToString());
        if (!reader.Overlay.TryApply(delta, out var next, out var refused)) throw new InvalidDataException(refused.ToString());
        DurableFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"chain-{delta.To}")), changes.Delta);
        reader = new AllowListReader(index, pages.TryRead, next);
    }

    public override void Dispose() => pages.Dispose();

    private static ListEngine Open(string folder, PageFile pages)
    {
        return AllowListIndex.TryRead(File.ReadAllBytes(BaseFiles.Of(folder, 1).Index), out var index, out var fault)
            ? new ListEngine(folder, index, pages)
            : throw new InvalidDataException(fault.ToString());
    }
}
