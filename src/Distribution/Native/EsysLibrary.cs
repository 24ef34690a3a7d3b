using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Distribution.Native;

/// <summary>
/// libtss2-esys: the commands of a TPM 2.0 that a gate uses (TCG TSS 2.0 ESAPI). Every call answers 0 or a TSS2_RC.
/// Structures are buffers, see <see cref="TssMarshal"/>; what a call gives back is freed by <see cref="Free"/>.
/// </summary>
internal static partial class EsysLibrary
{
    /// <summary>ESYS_TR_NONE: no session.</summary>
    public const uint None = 0xFFF;

    /// <summary>ESYS_TR_PASSWORD: a session that shows the authorisation value in clear. Only for an empty one.</summary>
    public const uint Password = 0x0FF;

    /// <summary>ESYS_TR_RH_OWNER: the owner hierarchy.</summary>
    public const uint Owner = 0x101;

    private const string Library = "libtss2-esys.so.0";

    [LibraryImport(Library, EntryPoint = "Esys_Initialize")]
    public static partial uint Initialize(out EsysContext context, TctiContext tcti, nint abiVersion);

    [LibraryImport(Library, EntryPoint = "Esys_Finalize")]
    public static partial void Close(ref nint context);

    [LibraryImport(Library, EntryPoint = "Esys_Free")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "Esys_StartAuthSession")]
    public static partial uint StartAuthSession(
        EsysContext context, uint tpmKey, uint bind, uint session1, uint session2, uint session3, nint nonceCaller, byte kind,
        ReadOnlySpan<byte> symmetric, ushort hash, out uint session);

    [LibraryImport(Library, EntryPoint = "Esys_TRSess_SetAttributes")]
    public static partial uint SetSessionAttributes(EsysContext context, uint session, byte flags, byte mask);

    [LibraryImport(Library, EntryPoint = "Esys_FlushContext")]
    public static partial uint Flush(EsysContext context, uint handle);

    [LibraryImport(Library, EntryPoint = "Esys_TR_FromTPMPublic")]
    public static partial uint Find(EsysContext context, uint tpmHandle, uint session1, uint session2, uint session3, out uint found);

    [LibraryImport(Library, EntryPoint = "Esys_TR_SetAuth")]
    public static partial uint SetAuth(EsysContext context, uint handle, ReadOnlySpan<byte> auth);

    [LibraryImport(Library, EntryPoint = "Esys_CreatePrimary")]
    public static partial uint CreatePrimary(
        EsysContext context, uint hierarchy, uint session1, uint session2, uint session3, ReadOnlySpan<byte> sensitive,
        ReadOnlySpan<byte> template, ReadOnlySpan<byte> outside, ReadOnlySpan<byte> pcrs, out uint created,
        nint outPublic, nint creationData, nint creationHash, nint creationTicket);

    [LibraryImport(Library, EntryPoint = "Esys_Create")]
    public static partial uint Create(
        EsysContext context, uint parent, uint session1, uint session2, uint session3, ReadOnlySpan<byte> sensitive,
        ReadOnlySpan<byte> template, ReadOnlySpan<byte> outside, ReadOnlySpan<byte> pcrs,
        out EsysMemory outPrivate, out EsysMemory outPublic, nint creationData, nint creationHash, nint creationTicket);

    [LibraryImport(Library, EntryPoint = "Esys_Load")]
    public static partial uint Load(
        EsysContext context, uint parent, uint session1, uint session2, uint session3, ReadOnlySpan<byte> inPrivate,
        ReadOnlySpan<byte> inPublic, out uint loaded);

    [LibraryImport(Library, EntryPoint = "Esys_Unseal")]
    public static partial uint Unseal(EsysContext context, uint item, uint session1, uint session2, uint session3, out EsysMemory sealedBytes);

    [LibraryImport(Library, EntryPoint = "Esys_NV_DefineSpace")]
    public static partial uint DefineIndex(
        EsysContext context, uint hierarchy, uint session1, uint session2, uint session3, ReadOnlySpan<byte> auth,
        ReadOnlySpan<byte> indexPublic, out uint index);

    [LibraryImport(Library, EntryPoint = "Esys_NV_UndefineSpace")]
    public static partial uint UndefineIndex(EsysContext context, uint hierarchy, uint index, uint session1, uint session2, uint session3);

    [LibraryImport(Library, EntryPoint = "Esys_NV_Write")]
    public static partial uint WriteIndex(
        EsysContext context, uint auth, uint index, uint session1, uint session2, uint session3, ReadOnlySpan<byte> bytes, ushort offset);

    [LibraryImport(Library, EntryPoint = "Esys_NV_Read")]
    public static partial uint ReadIndex(
        EsysContext context, uint auth, uint index, uint session1, uint session2, uint session3, ushort size, ushort offset, out EsysMemory bytes);
}

/// <summary>An ESAPI context. Dispose it before the way it was opened over.</summary>
internal sealed class EsysContext : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Filled by the call that opens it.</summary>
    public EsysContext()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EsysLibrary.Close(ref handle);
        return true;
    }
}

/// <summary>A structure that a call gave back.</summary>
internal sealed class EsysMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Filled by the call that gives it.</summary>
    public EsysMemory()
        : base(ownsHandle: true)
    {
    }

    /// <summary>The contents of a TPM2B: a size in the machine's order, then as many bytes. Valid until it is disposed.</summary>
    /// <param name="sizeMax">A greater size is a defect of the library.</param>
    public unsafe Span<byte> Contents(int sizeMax)
    {
        var size = *(ushort*)handle;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, sizeMax);
        return new Span<byte>((byte*)handle + sizeof(ushort), size);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EsysLibrary.Free(handle);
        return true;
    }
}
