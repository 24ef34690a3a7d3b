using Verifier.AllowList;

namespace Province.Lists;

/// <summary>A line that could not be read.</summary>
/// <param name="Line">Its number in the source, from 1.</param>
/// <param name="Fault">What is wrong.</param>
internal readonly record struct BadLine(long Line, LineFault Fault);

/// <summary>
/// Some whole lines of a source and what they say: read, parsed and keyed by one thread at a time, and used again when it
/// was consumed.
/// </summary>
internal sealed class LineBlock : IDisposable
{
    /// <summary>Size of a block in bytes: at least one line.</summary>
    public const int Size = 262_144;

    // "cardUid,00000000,red" and its end: no line that is an entry is shorter.
    private const int LineLeast = 21;
    private const int EntriesMost = (Size / LineLeast) + 1;

    private readonly SubjectKeyMaker maker;
    private readonly bool takesRemoved;
    private readonly UInt128[] keys = new UInt128[EntriesMost];
    private readonly byte[] codes = new byte[EntriesMost];
    private readonly int[] lines = new int[EntriesMost];
    private readonly List<BadLine> faults = [];

    /// <summary>A block whose entries are keyed with a list key.</summary>
    public LineBlock(ReadOnlySpan<byte> listKey, bool takesRemoved)
    {
        maker = new SubjectKeyMaker(listKey);
        this.takesRemoved = takesRemoved;
    }

    /// <summary>The bytes.</summary>
    public byte[] Buffer { get; } = new byte[Size];

    /// <summary>How many of them are the block's lines.</summary>
    public int Filled { get; set; }

    /// <summary>How many lines there are.</summary>
    public int LineCount { get; private set; }

    /// <summary>The number of the block's first line in its source, less one.</summary>
    public long LinesBefore { get; set; }

    /// <summary>How many lines are entries.</summary>
    public int Count { get; private set; }

    /// <summary>Lines that could not be read, numbered within the block.</summary>
    public IReadOnlyList<BadLine> Faults => faults;

    /// <summary>The key of an entry.</summary>
    public SubjectKey KeyOf(int index) => SubjectKey.FromFull(keys[index]);

    /// <summary>The value byte of an entry, or <see cref="ListLine.Removed"/>.</summary>
    public byte CodeOf(int index) => codes[index];

    /// <summary>The number of an entry's line in the source, from 1.</summary>
    public long LineOf(int index) => LinesBefore + lines[index];

    /// <summary>The entries as changes, before the block is used again.</summary>
    public IEnumerable<SubjectChange> Changes()
    {
        for (var index = 0; index < Count; index++)
        {
            ListValue.TryRead(CodeOf(index), out var value);
            yield return new SubjectChange(KeyOf(index), CodeOf(index) == ListLine.Removed ? default : value, LineOf(index));
        }
    }

    /// <summary>Parses and keys the lines.</summary>
    public void Parse()
    {
        (LineCount, Count) = (0, 0);
        faults.Clear();
        Span<byte> identifier = stackalloc byte[SubjectKey.IdentifierMax];
        for (var rest = Buffer.AsSpan(0, Filled); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            LineCount++;
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.IsEmpty || line[0] == '#') continue;
            var fault = ListLine.Read(line, takesRemoved, identifier, out var kind, out var size, out var code);
            if (fault != LineFault.None)
            {
                faults.Add(new BadLine(LineCount, fault));
                continue;
            }

            keys[Count] = maker.Make(kind, identifier[..size]).Full;
            codes[Count] = code;
            lines[Count] = LineCount;
            Count++;
        }

        identifier.Clear();
    }

    /// <summary>Forgets the list key.</summary>
    public void Dispose() => maker.Dispose();
}
