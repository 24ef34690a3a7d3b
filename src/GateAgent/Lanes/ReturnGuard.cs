using System.Buffers.Binary;
using System.Security.Cryptography;
using Verifier.AllowList;

namespace GateAgent.Lanes;

/// <summary>
/// Knows who came in within the time that the site document names, for all lanes of this agent: a card that is handed back
/// over the barrier comes in twice. It only notes it. It keeps keyed hashes in memory alone; the key is random and dies
/// with the process. Any thread.
/// </summary>
internal sealed class ReturnGuard : IDisposable
{
    /// <summary>How many people are remembered; the one who came first is forgotten for the next.</summary>
    public const int RememberedMax = 65_536;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Lock guardLock = new();

    // Guarded by guardLock. The queue holds them in the order they came; a person may stand in it twice.
    private readonly Dictionary<UInt128, TimeSpan> came = [];
    private readonly Queue<(UInt128 Person, TimeSpan At)> order = [];

    /// <summary>True when this person came in within a time before now.</summary>
    public bool CameWithin(SubjectKey person, TimeSpan within, TimeSpan now)
    {
        if (within == TimeSpan.Zero || person == default) return false;
        var hash = Hash(person);
        lock (guardLock) return came.TryGetValue(hash, out var at) && now - at <= within;
    }

    /// <summary>Someone came in.</summary>
    public void Remember(SubjectKey person, TimeSpan within, TimeSpan now)
    {
        if (within == TimeSpan.Zero || person == default) return;
        var hash = Hash(person);
        lock (guardLock)
        {
            came[hash] = now;
            order.Enqueue((hash, now));
            while (order.TryPeek(out var first) && (order.Count > RememberedMax || now - first.At > within))
            {
                order.Dequeue();
                if (came.TryGetValue(first.Person, out var at) && at == first.At) came.Remove(first.Person);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private UInt128 Hash(SubjectKey person)
    {
        Span<byte> source = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(source, person.Full);
        HMACSHA256.HashData(key, source, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
