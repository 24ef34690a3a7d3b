using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CardReader;
using Verifier.AllowList;
using Verifier.Verdicts;

namespace GateAgent.Lanes;

/// <summary>How a presentation was answered. The default is no answer yet.</summary>
/// <param name="Signal">What was shown.</param>
/// <param name="Reference">The reference that was shown.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Answer(Signal Signal, Reference Reference);

/// <summary>
/// Knows what one lane was shown in the last seconds, so that a code held before a camera is one passage. It keeps keyed
/// hashes, never a payload; the key is random and dies with the process. The window slides: as long as the same code is
/// held there, it stays a repeat, even while someone else touches a card. So does another text of a holder who was admitted: the window
/// begins again when their passage is completed. Who was refused or sent to staff is judged again by another text. Only the lane's
/// loop calls it.
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
    /// <param name="presentation">What was shown.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="answer">How it was answered then; the default while it has no answer.</param>
    public bool IsRepeat(Presentation presentation, TimeSpan now, out Answer answer)
    {
        answer = default;
        var hash = Hash(presentation);
        for (var index = 0; index < entries.Length; index++)
        {
            ref var entry = ref entries[index];
            if (!entry.IsUsed || now >= entry.Until || entry.Hash != hash) continue;
            if (entry.Slides) entry.Until = now + Window;
            answer = entry.Answer;
            return true;
        }

        return false;
    }

    /// <summary>True when this holder was just admitted here by another text. What was judged last has the same answer then.</summary>
    /// <param name="holder">Who is judged; the default, where it is not known, is nobody's repeat.</param>
    /// <param name="isLive">Whether they proved just now that it is theirs: after a completed passage that is a new presentation.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="answer">How they were answered.</param>
    public bool IsSameHolder(SubjectKey holder, bool isLive, TimeSpan now, out Answer answer)
    {
        answer = default;
        if (holder == default) return false;
        var hash = Hash(holder);
        for (var index = 0; index < entries.Length; index++)
        {
            var entry = entries[index];
            if (!entry.IsUsed || now >= entry.Until || entry.Holder != hash || (isLive && entry.IsCompleted)) continue;
            answer = entry.Answer;
            entries[newest] = entry with { Hash = entries[newest].Hash, Until = now + Window };
            return true;
        }

        return false;
    }

    /// <summary>An admitted passage is completed: whoever held their code up all the while may still do so for a moment.</summary>
    public void Completed(long sequence, TimeSpan now)
    {
        foreach (ref var entry in entries.AsSpan())
        {
            if (!entry.IsUsed || entry.Sequence != sequence) continue;
            entry.Until = now + Window;
            entry.IsCompleted = true;
        }
    }

    /// <summary>Forgets what was remembered last.</summary>
    public void Disregard() => entries[newest] = default;

    /// <summary>Remembers a payload that is being judged; the one whose window ends first is forgotten for it.</summary>
    public void Remember(Presentation presentation, TimeSpan now)
    {
        newest = 0;
        for (var index = 1; index < entries.Length; index++)
        {
            if (entries[index].Until < entries[newest].Until) newest = index;
        }

        entries[newest] = new Entry { IsUsed = true, Hash = Hash(presentation), Until = now + Window, Slides = true };
    }

    /// <summary>Remembers how the newest payload was answered. One that was asked for again is judged anew after
    /// <see cref="SecondTryAfter"/>.</summary>
    /// <param name="answer">What was shown.</param>
    /// <param name="sequence">The passage.</param>
    /// <param name="admitted">Who was admitted; the default where nobody was, or it is not known who.</param>
    /// <param name="now">Monotonic time.</param>
    public void Answered(Answer answer, long sequence, SubjectKey admitted, TimeSpan now)
    {
        ref var entry = ref entries[newest];
        entry.Answer = answer;
        entry.Holder = admitted == default ? default : Hash(admitted);
        entry.Sequence = sequence;
        if (answer.Signal != Signal.ReadAgain) return;
        entry.Until = now + SecondTryAfter;
        entry.Slides = false;
    }

    /// <summary>Forgets a passage that was annulled: its holder may try again.</summary>
    public void Forget(long sequence)
    {
        foreach (ref var entry in entries.AsSpan())
        {
            if (entry.Sequence == sequence) entry = default;
        }
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
        return BinaryPrimitives.ReadUInt128BigEndian(hash) ^ (UInt128)(byte)presentation.Carrier;
    }

    private UInt128 Hash(SubjectKey holder)
    {
        Span<byte> source = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(source, holder.Full);
        HMACSHA256.HashData(key, source, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private record struct Entry
    {
        public bool IsUsed;
        public bool Slides;
        public bool IsCompleted;
        public UInt128 Hash;
        public UInt128 Holder;
        public TimeSpan Until;
        public Answer Answer;
        public long Sequence;
    }
}
