using System.Globalization;

namespace Verifier.Commands;

/// <summary>A technician asks the gate to take what the province published from a folder, or to say what that would change.</summary>
/// <param name="Gate">The gate, so that no answer to one gate serves at another.</param>
/// <param name="IsDryRun">True when nothing may change: a signature for it imports nothing.</param>
/// <param name="Challenge">What the agent asked, 32 bytes, taken once.</param>
public sealed record ImportCommand(string Gate, bool IsDryRun, ReadOnlyMemory<byte> Challenge)
{
    /// <summary>What the holder's key signs, ES256 over this text: four lines, each ended by a line feed.</summary>
    public byte[] ToBeSigned() => System.Text.Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"gate-import 1\n{Gate}\n{(IsDryRun ? "dryRun" : "import")}\n{Convert.ToHexStringLower(Challenge.Span)}\n"));
}
