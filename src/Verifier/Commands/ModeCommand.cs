using System.Globalization;
using Verifier.Encoding;
using Verifier.Trust;

namespace Verifier.Commands;

/// <summary>What a technician asks of a lane.</summary>
/// <param name="Gate">The gate, so that no answer to one gate serves at another.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Minutes">For how long, 1 to 1,440; 0 exactly for normal, which does not end.</param>
/// <param name="Challenge">What the agent asked, 32 bytes, taken once.</param>
public sealed record ModeCommand(string Gate, string Lane, LaneMode Mode, int Minutes, ReadOnlyMemory<byte> Challenge)
{
    /// <summary>Size of a challenge.</summary>
    public const int ChallengeSize = 32;

    /// <summary>What the holder's key signs, ES256 over this text: six lines, each ended by a line feed.</summary>
    public byte[] ToBeSigned() => System.Text.Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"gate-command 1\n{Gate}\n{Lane}\n{DocumentReading.Member.Word(Mode)}\n{Minutes}\n{Convert.ToHexStringLower(Challenge.Span)}\n"));
}

/// <summary>Why a command is not carried out.</summary>
public enum CommandFault : byte
{
    /// <summary>It is.</summary>
    None = 0,

    /// <summary>The gate has no signed documents.</summary>
    NoSnapshot,

    /// <summary>The clock is not believed, so nobody knows whether the credential has expired.</summary>
    ClockInDoubt,

    /// <summary>The text is no technician credential.</summary>
    NotACredential,

    /// <summary>No issuer that may make technician credentials signed it.</summary>
    NotSigned,

    /// <summary>It is not valid yet, or no longer.</summary>
    OutOfTime,

    /// <summary>The signature over the command is not the holder's.</summary>
    NotTheHolder,

    /// <summary>The site document has no such lane.</summary>
    NoSuchLane,

    /// <summary>The site document does not let this role set this mode.</summary>
    NotAllowed,

    /// <summary>The site document does not let this role set it for so long.</summary>
    TooLong,
}
