using GateAgent.Api;
using GateAgent.Configuration;

namespace GateAgent;

/// <summary>
/// The threads that tasks run on. One that waits for storage, or for a chip, is one less for readers and sockets, and the pool makes
/// up for it slowly: with this many it never has to. Lanes have threads of their own.
/// </summary>
internal static class AgentPool
{
    // Who may wait for the disk: the journal's writer and what asks it, retention, kinds, documents, list, an import and a status before
    // there are documents. The rest is for timers and sockets.
    private const int StorageThreads = 7 + JournalApi.AtOnce;
    private const int SpareThreads = StorageThreads + 6;

    /// <summary>Gives the pool a thread for each reader, for each lane's lines, and for storage.</summary>
    public static void Widen(AgentConfig config)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, config.Readers!.Count + config.Lanes!.Count + SpareThreads), completions);
    }
}
