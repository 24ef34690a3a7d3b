using System.Runtime.InteropServices;
using System.Text;

namespace CardReader.Nfc;

/// <summary>An owned connection to pcscd.</summary>
internal sealed class PcscContext : SafeHandle
{
    private const int NamesSizeMax = 4_096;

    private PcscContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Connects to the daemon.</summary>
    /// <exception cref="ReaderException">It does not run, or the library is not there.</exception>
    public static PcscContext Establish()
    {
        try
        {
            var result = PcscLibrary.EstablishContext(PcscLibrary.ScopeSystem, 0, 0, out var context);
            return (uint)result switch
            {
                (uint)PcscLibrary.Success => new PcscContext(context),
                PcscLibrary.SecurityViolation => throw new ReaderException("pcscd does not let this user in: gatectl doctor says what is missing."),
                var other => throw new ReaderException($"pcscd does not answer ({other:X8}): is pcscd.socket enabled?"),
            };
        }
        catch (DllNotFoundException missing)
        {
            throw new ReaderException("libpcsclite is not installed: install libpcsclite1.", missing);
        }
    }

    /// <summary>The name of the first reader that begins so; <c>*</c> takes any.</summary>
    /// <exception cref="ReaderException">There is none.</exception>
    public unsafe string FindReader(string wanted)
    {
        var names = stackalloc byte[NamesSizeMax];
        nuint size = NamesSizeMax;
        var result = PcscLibrary.ListReaders(handle, 0, names, ref size);
        var list = result == PcscLibrary.Success
            ? Encoding.UTF8.GetString(names, (int)size).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : [];
        return Array.Find(list, name => wanted == "*" || name.StartsWith(wanted, StringComparison.Ordinal))
            ?? throw new ReaderException($"No NFC reader {wanted}: pcscd knows {(list.Length == 0 ? "none" : string.Join(", ", list))}.");
    }

    /// <summary>Waits until a reader's state changes, or the time is over.</summary>
    /// <returns>The new state; null when nothing changed.</returns>
    /// <exception cref="ReaderException">The reader or the daemon is gone.</exception>
    public unsafe nuint? WaitForChange(string reader, nuint current, TimeSpan timeout)
    {
        var name = Encoding.UTF8.GetBytes(reader + '\0');
        fixed (byte* first = name)
        {
            var state = new PcscLibrary.ReaderState { Reader = first, Current = current };
            var result = PcscLibrary.GetStatusChange(handle, (nuint)timeout.TotalMilliseconds, &state, 1);
            if ((uint)result == PcscLibrary.Timeout) return null;
            var isGone = result != PcscLibrary.Success
                || (state.Event & (PcscLibrary.StateUnknown | PcscLibrary.StateUnavailable)) != 0;
            return isGone
                ? throw new ReaderException($"The NFC reader {reader} was unplugged, or pcscd ended.")
                : state.Event & ~PcscLibrary.StateChanged;
        }
    }

    /// <summary>Connects to the card in a reader; null when it is gone again or mute.</summary>
    public PcscCard? Connect(string reader)
    {
        var result = PcscLibrary.Connect(
            handle, reader, PcscLibrary.ShareShared, PcscLibrary.ProtocolAny, out var card, out var protocol);
        return result == PcscLibrary.Success ? new PcscCard(card, protocol) : null;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => PcscLibrary.ReleaseContext(handle) == PcscLibrary.Success;
}

/// <summary>An owned connection to one card.</summary>
internal sealed class PcscCard : SafeHandle
{
    private readonly nuint protocol;

    /// <summary>Owns a handle.</summary>
    public PcscCard(nint card, nuint protocol)
        : base(0, ownsHandle: true)
    {
        SetHandle(card);
        this.protocol = protocol;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Sends a command; the response's size, or -1 when the card is gone.</summary>
    public unsafe int Transmit(ReadOnlySpan<byte> command, Span<byte> response)
    {
        var header = new PcscLibrary.IoRequest { Protocol = protocol, Size = (nuint)sizeof(PcscLibrary.IoRequest) };
        var size = (nuint)response.Length;
        fixed (byte* sent = command, received = response)
        {
            var result = PcscLibrary.Transmit(handle, &header, sent, (nuint)command.Length, null, received, ref size);
            return result == PcscLibrary.Success ? (int)size : -1;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => PcscLibrary.Disconnect(handle, PcscLibrary.LeaveCard) == PcscLibrary.Success;
}
