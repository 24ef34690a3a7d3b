using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Distribution.Native;

/// <summary>libtss2-tctildr: finds the library that carries bytes to a TPM by name (TCG TSS 2.0 TCTI).</summary>
internal static partial class TctiLoader
{
    private const string Library = "libtss2-tctildr.so.0";

    /// <summary>Opens the way to a TPM.</summary>
    /// <param name="nameAndConfiguration">Such as <c>device:/dev/tpmrm0</c>.</param>
    /// <param name="context">The way; invalid when the answer is not 0.</param>
    [LibraryImport(Library, EntryPoint = "Tss2_TctiLdr_Initialize", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint Initialize(string nameAndConfiguration, out TctiContext context);

    /// <summary>Closes the way.</summary>
    [LibraryImport(Library, EntryPoint = "Tss2_TctiLdr_Finalize")]
    public static partial void Close(ref nint context);
}

/// <summary>A way to a TPM.</summary>
internal sealed class TctiContext : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Filled by the call that opens it.</summary>
    public TctiContext()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        TctiLoader.Close(ref handle);
        return true;
    }
}
