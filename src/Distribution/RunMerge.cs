namespace Distribution;

/// <summary>Merges sorted runs into one rising sequence, through a heap of the runs ordered by the key each stands at.</summary>
internal static class RunMerge
{
    /// <summary>The entries of all runs by rising full key.</summary>
    /// <param name="paths">The runs.</param>
    /// <exception cref="IOException">A run cannot be read.</exception>
    public static IEnumerable<ListEntry> Of(IReadOnlyList<string> paths)
    {
        var open = new List<SortedRun>();
        try
        {
            foreach (var path in paths) open.Add(SortedRun.Open(path));
            SortedRun[] heap = [.. open.Where(static run => run.TryNext()).OrderBy(static run => run.Key)];
            var count = heap.Length;
            while (count > 0)
            {
                var least = heap[0];
                yield return SortedRun.Entry(least.Key, least.Value);
                if (!least.TryNext()) heap[0] = heap[--count];
                SiftDown(heap.AsSpan(0, count));
            }
        }
        finally
        {
            foreach (var run in open) run.Dispose();
        }
    }

    private static void SiftDown(Span<SortedRun> heap)
    {
        if (heap.IsEmpty) return;
        var moved = heap[0];
        var place = 0;
        for (var child = 1; child < heap.Length; child = (2 * place) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1].Key < heap[child].Key) child++;
            if (moved.Key <= heap[child].Key) break;
            heap[place] = heap[child];
            place = child;
        }

        heap[place] = moved;
    }
}
