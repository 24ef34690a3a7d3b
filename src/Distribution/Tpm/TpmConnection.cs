using System.Runtime.ExceptionServices;
using Distribution.Native;

namespace Distribution.Tpm;

/// <summary>
/// One conversation with a TPM 2.0 through the system's libtss2. Opened for one task and closed after it: what it loaded
/// goes with it, and other programs get their turn. One thread.
/// </summary>
internal sealed class TpmConnection : IDisposable
{
    // Making a P-256 key takes a slow TPM about a second, and its driver gives a command up after two minutes.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    // TPMA_SESSION: continueSession, decrypt (what goes in), encrypt (what comes out).
    private const byte Continue = 0x01;
    private const byte Encrypting = 0x60;
    private const byte HmacSession = 0x00;
    private readonly TctiContext tcti;
    private readonly List<uint> handles = [];

    private TpmConnection(TctiContext tcti, EsysContext context)
    {
        this.tcti = tcti;
        Context = context;
    }

    internal EsysContext Context { get; }

    /// <summary>Opens a conversation, does one task and closes it, on a thread of its own: a TPM that does not answer holds
    /// that thread and not the caller.</summary>
    /// <param name="way">The name of the way, such as <c>device:/dev/tpmrm0</c>.</param>
    /// <param name="task">What to do.</param>
    /// <exception cref="TpmException">It was not done.</exception>
    public static T Run<T>(string way, Func<TpmConnection, T> task)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var connection = Open(way);
                result = task(connection);
            }
            catch (Exception failed) when (failed is TpmException or DllNotFoundException or EntryPointNotFoundException)
            {
                failure = ExceptionDispatchInfo.Capture(failed);
            }
        })
        {
            IsBackground = true,
            Name = "tpm",
        };
        thread.Start();
        if (!thread.Join(AnswerWithin)) throw new TpmException(TpmFault.TimedOut, $"The TPM at {way} did not answer within {AnswerWithin.TotalSeconds:0} s.");
        if (failure is { SourceException: not TpmException })
            throw new TpmException(TpmFault.NoLibrary, "libtss2 is not here: install libtss2-esys-3.0.2-0 and libtss2-tcti-device0.");
        failure?.Throw();
        return result!;
    }

    /// <summary>The key that this TPM seals under: made from its own seed, so each start finds the same one.</summary>
    public uint MakeStorageKey()
    {
        var code = EsysLibrary.CreatePrimary(
            Context, EsysLibrary.Owner, EsysLibrary.Password, EsysLibrary.None, EsysLibrary.None,
            TpmStructures.Sensitive([]), TpmStructures.StorageKeyTemplate(), TpmStructures.Empty, TpmStructures.Empty,
            out var key, 0, 0, 0, 0);
        TpmException.ThrowIfFailed(code, "make its storage key");
        handles.Add(key);
        return key;
    }

    /// <summary>A session whose parameters are encrypted under a key that only this TPM knows, so that wires to it tell nothing.</summary>
    public uint StartEncrypted(uint storageKey)
    {
        var session = Start(storageKey);
        TpmException.ThrowIfFailed(
            EsysLibrary.SetSessionAttributes(Context, session, Continue | Encrypting, byte.MaxValue), "encrypt a session");
        return session;
    }

    /// <summary>A session that proves an authorisation value without showing it, and proves the answer too.</summary>
    public uint StartProving() => Start(EsysLibrary.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var last = handles.Count - 1; last >= 0; last--) EsysLibrary.Flush(Context, handles[last]);
        Context.Dispose();
        tcti.Dispose();
    }

    /// <summary>Flushes an object or session with the conversation.</summary>
    internal void Own(uint handle) => handles.Add(handle);

    private static TpmConnection Open(string way)
    {
        var code = TctiLoader.Initialize(way, out var tcti);
        if (code != 0)
        {
            tcti.Dispose();
            throw new TpmException(TpmFault.NoConnection, $"There is no TPM at {way} (code 0x{code:x}): the device is missing, or the agent may not open it.");
        }

        code = EsysLibrary.Initialize(out var context, tcti, 0);
        if (code == 0) return new TpmConnection(tcti, context);
        context.Dispose();
        tcti.Dispose();
        throw new TpmException(TpmFault.NoConnection, $"The TPM at {way} does not begin (code 0x{code:x}).");
    }

    private uint Start(uint storageKey)
    {
        var code = EsysLibrary.StartAuthSession(
            Context, storageKey, EsysLibrary.None, EsysLibrary.None, EsysLibrary.None, EsysLibrary.None, 0,
            HmacSession, TpmStructures.ParameterCipher, TpmStructures.Sha256, out var session);
        TpmException.ThrowIfFailed(code, "start a session");
        handles.Add(session);
        return session;
    }
}
