using System.Security.Cryptography;
using CardReader;

namespace GateAgent.Lanes;

/// <summary>
/// Knows what one lane was shown in the last seconds, so that a code held before a camera is one passage. It keeps keyed
/// hashes, never a payload; the key is random and dies with the process. The window slides: as long as the same code is
/// held there, it stays a repeat, even while someone else touches a card. Only the lane's loop calls it.
/// </summary>
internal sealed class RepeatGuard : IDisposable
{
    /// <summary>How long a payload counts as the same presentation: longer than a hand needs to take a phone away,
    /// shorter than a family needs to pass one phone on.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>How long until what was asked for a second time is read a second time.</summary>
    public static readonly TimeSpan SecondTryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How many payloads are remembered: more than the readers of one lane.</summary>
    public const int RememberedMax = 8;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Entry[] entries = new Entry[RememberedMax];
    private int newest;

    /// <summary>True when this payload was taken within the window.</summary>
    public bool IsRepeat(Presentation presentation, TimeSpan now)
    {
        var hash = Hash(presentation);
        for (var index = 0; index < entries.Length; index++)
        {
            ref var entry = ref entries[index];
            if (!entry.IsUsed || now >= entry.Until || entry.Hash != hash) continue;
            if (entry.Slides) entry.Until = now + Window;
            return true;
        }

        return false;
    }

    /// <summary>Remembers a payload that is being judged; the oldest is forgotten for it.</summary>
    public void Remember(Presentation presentation, TimeSpan now)
    {
        newest = (newest + 1) % entries.Length;
        entries[newest] = new Entry { IsUsed = true, Hash = Hash(presentation), Until = now + Window, Slides = true };
    }

    /// <summary>Lets the newest payload be judged anew after <see cref="SecondTryAfter"/>: it was asked for again.</summary>
    public void AllowSecondTry(TimeSpan now)
    {
        ref var entry = ref entries[newest];
        entry.Until = now + SecondTryAfter;
        entry.Slides = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        entries.AsSpan().Clear();
    }

    private UInt128 Hash(Presentation presentation)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, presentation.Payload.Span, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash) ^ (UInt128)(byte)presentation.Carrier;
    }

    private struct Entry
    {
        public bool IsUsed;
        public bool Slides;
        public UInt128 Hash;
        public TimeSpan Until;
    }
}
