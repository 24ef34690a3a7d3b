using System.Runtime.InteropServices;

namespace Distribution.Native;

/// <summary>
/// libtss2-mu: between the wire form of TPM structures (TCG TPM 2.0 Library, Part 2, big-endian) and the C structures that
/// ESAPI takes. So no C structure with unions is laid out here; each is a buffer that this library fills or reads.
/// </summary>
internal static partial class TssMarshal
{
    private const string Library = "libtss2-mu.so.0";

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_PUBLIC_Unmarshal")]
    public static partial uint ReadPublic(ReadOnlySpan<byte> wire, nuint size, ref nuint offset, Span<byte> structure);

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_PUBLIC_Marshal")]
    public static partial uint WritePublic(nint structure, Span<byte> wire, nuint size, ref nuint offset);

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_PRIVATE_Unmarshal")]
    public static partial uint ReadPrivate(ReadOnlySpan<byte> wire, nuint size, ref nuint offset, Span<byte> structure);

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_PRIVATE_Marshal")]
    public static partial uint WritePrivate(nint structure, Span<byte> wire, nuint size, ref nuint offset);

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_SENSITIVE_CREATE_Unmarshal")]
    public static partial uint ReadSensitive(ReadOnlySpan<byte> wire, nuint size, ref nuint offset, Span<byte> structure);

    [LibraryImport(Library, EntryPoint = "Tss2_MU_TPM2B_NV_PUBLIC_Unmarshal")]
    public static partial uint ReadIndexPublic(ReadOnlySpan<byte> wire, nuint size, ref nuint offset, Span<byte> structure);
}
