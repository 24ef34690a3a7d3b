namespace Distribution.Tpm;

/// <summary>What a TPM or the way to it said, as far as a gate tells it apart.</summary>
public enum TpmFault : byte
{
    /// <summary>Something else; the message has the code.</summary>
    Other = 0,

    /// <summary>The library is not installed.</summary>
    NoLibrary,

    /// <summary>The device is missing, or the way to it is broken.</summary>
    NoConnection,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The NV index is not defined.</summary>
    NoIndex,

    /// <summary>The authorisation value is another.</summary>
    WrongAuth,

    /// <summary>The blob was sealed by another TPM, or by this one before it was cleared.</summary>
    NotForThisTpm,

    /// <summary>The TPM holds writes back to spare its memory.</summary>
    Paced,
}

/// <summary>A TPM does not do what it was asked; the message is for the technician.</summary>
public sealed class TpmException : IOException
{
    // TCG TPM 2.0 Library, Part 2, 6.6: codes of format one carry what they are about in other bits.
    private const uint LayerMask = 0x00FF_0000;
    private const uint TctiLayer = 0x000A_0000;
    private const uint FormatOne = 0x080;
    private const uint FormatOneMask = 0x0BF;
    private const uint Handle = 0x08B;
    private const uint AuthFail = 0x08E;
    private const uint BadAuth = 0x0A2;
    private const uint Integrity = 0x09F;
    private const uint Rate = 0x920;

    /// <summary>A fault of a call.</summary>
    /// <param name="fault">What it is.</param>
    /// <param name="message">One sentence for the technician.</param>
    public TpmException(TpmFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>What it is.</summary>
    public TpmFault Fault { get; }

    /// <summary>Throws unless a call was answered with success.</summary>
    /// <param name="code">TSS2_RC.</param>
    /// <param name="call">What was asked, for the message.</param>
    internal static void ThrowIfFailed(uint code, string call)
    {
        if (code == 0) return;
        var fault = FaultOf(code);
        throw new TpmException(fault, $"The TPM did not {call}: {fault}, code 0x{code:x}.");
    }

    /// <summary>What a code that is not 0 means.</summary>
    internal static TpmFault FaultOf(uint code)
    {
        if ((code & LayerMask) == TctiLayer) return TpmFault.NoConnection;
        var response = code & ~LayerMask;
        return ((response & FormatOne) != 0 ? response & FormatOneMask : response) switch
        {
            Handle => TpmFault.NoIndex,
            AuthFail or BadAuth => TpmFault.WrongAuth,
            Integrity => TpmFault.NotForThisTpm,
            Rate => TpmFault.Paced,
            _ => TpmFault.Other,
        };
    }
}
