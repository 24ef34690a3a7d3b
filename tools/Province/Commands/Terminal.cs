using Province.Keys;

namespace Province.Commands;

/// <summary>What a command reads and writes: data on Out, progress and complaints on Error.</summary>
/// <param name="In">Standard input, in bytes.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Time">The clock that counts where no <c>--now</c> is given.</param>
internal sealed record Terminal(Stream In, TextWriter Out, TextWriter Error, TimeProvider Time)
{
    /// <summary>True when Error is a screen, where a bar can be drawn over itself.</summary>
    public bool IsScreen { get; init; }

    /// <summary>Reads a passphrase without showing it; null where there is no one to ask.</summary>
    public Func<string?> ReadSecret { get; init; } = static () => null;

    /// <summary>Rounds of the key derivation of new key files. Fewer only where no real key is made.</summary>
    public int KeyRounds { get; init; } = EncryptedKeyFile.RoundsDefault;
}
