using System.Globalization;
using System.Runtime.CompilerServices;

namespace Province.Lists;

/// <summary>
/// Reads a source of lines in blocks, several at work at once, and gives them in the order of the source. Streaming. Blank
/// lines and lines that begin with <c>#</c> are passed over. Faults name their line and field, never the identifier.
/// </summary>
internal static class ListLines
{
    /// <summary>Greatest number of bad lines that are told; at the next one reading ends.</summary>
    public const int FaultsMost = 20;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The blocks of a source. Each is used again after the caller has asked for the next.</summary>
    /// <param name="source">The lines.</param>
    /// <param name="name">What the source is called in complaints.</param>
    /// <param name="listKey">What keys are made with.</param>
    /// <param name="takesRemoved">True for changes.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="CommandFailure">Lines of another shape, all named, up to <see cref="FaultsMost"/>.</exception>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static async IAsyncEnumerable<LineBlock> ReadAsync(
        Stream source, string name, ReadOnlyMemory<byte> listKey, bool takesRemoved, [EnumeratorCancellation] CancellationToken stop)
    {
        var atWork = Math.Max(2, Environment.ProcessorCount) + 1;
        var blocks = Enumerable.Range(0, atWork).Select(_ => new LineBlock(listKey.Span, takesRemoved)).ToList();
        var free = new Stack<LineBlock>(blocks);
        var parsed = new Queue<(LineBlock Block, Task Work)>();
        var complaints = new List<string>();
        try
        {
            var cutter = new BlockCutter(source, name);
            var lines = 0L;
            for (var hasMore = true; hasMore || parsed.Count > 0;)
            {
                if (hasMore && free.TryPop(out var next))
                {
                    hasMore = await cutter.FillAsync(next, stop);
                    parsed.Enqueue((next, Task.Run(next.Parse, stop)));
                    continue;
                }

                var (block, work) = parsed.Dequeue();
                await work;
                block.LinesBefore = lines;
                lines += block.LineCount;
                Complain(block, name, takesRemoved, complaints);
                if (complaints.Count == 0) yield return block;
                free.Push(block);
            }
        }
        finally
        {
            foreach (var (_, work) in parsed) await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var block in blocks) block.Dispose();
        }

        if (complaints.Count > 0) throw new CommandFailure(string.Join('\n', complaints));
    }

    private static void Complain(LineBlock block, string name, bool takesRemoved, List<string> complaints)
    {
        foreach (var bad in block.Faults)
        {
            if (complaints.Count == FaultsMost)
            {
                complaints.Add($"{name}: and more after these {FaultsMost}");
                throw new CommandFailure(string.Join('\n', complaints));
            }

            var line = block.LinesBefore + bad.Line;
            complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: {ListLine.Words(bad.Fault, takesRemoved)}"));
        }
    }

    // Cuts a stream after the last line end that fits a block; what follows it begins the next block.
    private sealed class BlockCutter(Stream source, string name)
    {
        private byte[] rest = [];
        private bool hasBegun;

        public async Task<bool> FillAsync(LineBlock block, CancellationToken stop)
        {
            rest.CopyTo(block.Buffer, 0);
            var wanted = LineBlock.Size - rest.Length;
            var size = await source.ReadAtLeastAsync(block.Buffer.AsMemory(rest.Length), wanted, throwOnEndOfStream: false, stop);
            var filled = rest.Length + size;
            if (!hasBegun && block.Buffer.AsSpan(0, filled).StartsWith(ByteOrderMark))
            {
                filled -= ByteOrderMark.Length;
                Array.Copy(block.Buffer, ByteOrderMark.Length, block.Buffer, 0, filled);
            }

            hasBegun = true;
            var isEnd = size < wanted;
            var end = isEnd ? filled : block.Buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && !isEnd) throw new CommandFailure($"{name}: a line is over {LineBlock.Size} bytes.");
            block.Filled = end;
            rest = block.Buffer.AsSpan(end, filled - end).ToArray();
            return !isEnd;
        }
    }
}
