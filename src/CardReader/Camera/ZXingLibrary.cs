using System.Runtime.InteropServices;

namespace CardReader.Camera;

/// <summary>
/// The C interface of zxing-cpp, bound by hand because its two generations share names and differ in one signature:
/// libZXing.so.3 (2.x) takes formats as bits, libZXing.so.4 (3.x) as a list.
/// </summary>
internal sealed unsafe class ZXingLibrary : SafeHandle
{
    public const int FormatLuma = 0x01000000;
    private const int GenerationFirst = 2;
    private const int GenerationOfLists = 3;
    private const int GenerationLast = 3;
    private const int QrCodeBits = 1 << 13;
    private const int QrCodeId = 'Q' | (' ' << 8);
    private readonly bool takesList;

    private ZXingLibrary(nint library, bool takesList)
        : base(0, ownsHandle: true)
    {
        SetHandle(library);
        this.takesList = takesList;
        NewView = (delegate* unmanaged<byte*, int, int, int, int, int, nint>)Export("ZXing_ImageView_new");
        DeleteView = (delegate* unmanaged<nint, void>)Export("ZXing_ImageView_delete");
        NewOptions = (delegate* unmanaged<nint>)Export("ZXing_ReaderOptions_new");
        DeleteOptions = (delegate* unmanaged<nint, void>)Export("ZXing_ReaderOptions_delete");
        SetMaxSymbols = (delegate* unmanaged<nint, int, void>)Export("ZXing_ReaderOptions_setMaxNumberOfSymbols");
        ReadBarcodes = (delegate* unmanaged<nint, nint, nint>)Export("ZXing_ReadBarcodes");
        DeleteBarcodes = (delegate* unmanaged<nint, void>)Export("ZXing_Barcodes_delete");
        Count = (delegate* unmanaged<nint, int>)Export("ZXing_Barcodes_size");
        At = (delegate* unmanaged<nint, int, nint>)Export("ZXing_Barcodes_at");
        Text = (delegate* unmanaged<nint, byte*>)Export("ZXing_Barcode_text");
        Free = (delegate* unmanaged<void*, void>)Export("ZXing_free");
    }

    public override bool IsInvalid => handle == 0;

    public delegate* unmanaged<byte*, int, int, int, int, int, nint> NewView { get; }

    public delegate* unmanaged<nint, void> DeleteView { get; }

    public delegate* unmanaged<nint> NewOptions { get; }

    public delegate* unmanaged<nint, void> DeleteOptions { get; }

    public delegate* unmanaged<nint, int, void> SetMaxSymbols { get; }

    public delegate* unmanaged<nint, nint, nint> ReadBarcodes { get; }

    public delegate* unmanaged<nint, void> DeleteBarcodes { get; }

    public delegate* unmanaged<nint, int> Count { get; }

    public delegate* unmanaged<nint, int, nint> At { get; }

    public delegate* unmanaged<nint, byte*> Text { get; }

    public delegate* unmanaged<void*, void> Free { get; }

    /// <summary>Loads the newest generation there is; null when there is none with a C interface.</summary>
    public static ZXingLibrary? TryLoad()
    {
        foreach (var name in new[] { "libZXing.so.4", "libZXing.so.3" })
        {
            if (!NativeLibrary.TryLoad(name, out var library)) continue;
            if (Generation(library) is { } generation and >= GenerationFirst and <= GenerationLast)
                return new ZXingLibrary(library, takesList: generation >= GenerationOfLists);
            NativeLibrary.Free(library);
        }

        return null;
    }

    // ZXing_Version gives "2.3.0" or the like; it came with the C interface as it is bound here. A generation that is not
    // known might take its arguments in another way and is not called.
    private static int? Generation(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "ZXing_Version", out var export)) return null;
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(((delegate* unmanaged<byte*>)export)());
        return System.Buffers.Text.Utf8Parser.TryParse(text, out int generation, out _) ? generation : null;
    }

    /// <summary>Restricts options to QR codes, by the signature of this generation.</summary>
    public void SetQrCodeOnly(nint options)
    {
        var set = Export("ZXing_ReaderOptions_setFormats");
        if (takesList)
        {
            var format = QrCodeId;
            ((delegate* unmanaged<nint, int*, int, void>)set)(options, &format, 1);
        }
        else
        {
            ((delegate* unmanaged<nint, int, void>)set)(options, QrCodeBits);
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeLibrary.Free(handle);
        return true;
    }

    private nint Export(string name) => NativeLibrary.GetExport(handle, name);
}
