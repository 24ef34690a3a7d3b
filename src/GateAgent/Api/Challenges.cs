using System.Security.Cryptography;
using Verifier.Commands;

namespace GateAgent.Api;

/// <summary>What the agent asks of technicians, so that a command that was overheard serves nobody: random, once, for 60 s.
/// Any thread.</summary>
internal sealed class Challenges
{
    /// <summary>How many may be open; the oldest is forgotten for the next.</summary>
    public const int OpenMax = 16;

    /// <summary>How long one may be answered.</summary>
    public static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(60);

    private readonly TimeProvider time;
    private readonly Lock openLock = new();

    // Guarded by openLock.
    private readonly Queue<(byte[] Challenge, long At)> open = new(OpenMax);

    /// <summary>None open.</summary>
    public Challenges(TimeProvider time) => this.time = time;

    /// <summary>A new one.</summary>
    public byte[] Make()
    {
        var challenge = RandomNumberGenerator.GetBytes(ModeCommand.ChallengeSize);
        lock (openLock)
        {
            if (open.Count == OpenMax) open.Dequeue();
            open.Enqueue((challenge, time.GetTimestamp()));
        }

        return challenge;
    }

    /// <summary>Takes one that is answered. False when it is not open.</summary>
    public bool TryTake(ReadOnlySpan<byte> challenge)
    {
        var isOpen = false;
        lock (openLock)
        {
            for (var left = open.Count; left > 0; left--)
            {
                var one = open.Dequeue();
                if (!one.Challenge.AsSpan().SequenceEqual(challenge)) open.Enqueue(one);
                else isOpen = time.GetElapsedTime(one.At) <= AnsweredWithin;
            }
        }

        return isOpen;
    }
}
