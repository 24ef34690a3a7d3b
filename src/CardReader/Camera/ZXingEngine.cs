using System.Runtime.InteropServices;

namespace CardReader.Camera;

/// <summary>
/// zxing-cpp, by its C interface: reads small, inverted and damaged codes that zbar does not. Version 2.3 misses some large
/// and perfectly clean ones, so a frame without a code is tried again at half size.
/// </summary>
public sealed class ZXingEngine : QrEngine
{
    private readonly ZXingLibrary library;
    private readonly nint options;

    private ZXingEngine(ZXingLibrary library, nint options)
    {
        this.library = library;
        this.options = options;
    }

    /// <inheritdoc/>
    public override string Name => "zxing";

    /// <summary>Loads the library.</summary>
    /// <exception cref="DllNotFoundException">It is not installed, or has no C interface (before 2.3).</exception>
    public static unsafe ZXingEngine Open()
    {
        var loaded = ZXingLibrary.TryLoad() ?? throw new DllNotFoundException("libZXing.so.4 or libZXing.so.3");
        var made = loaded.NewOptions();
        loaded.SetQrCodeOnly(made);
        loaded.SetMaxSymbols(made, CodesMax);
        return new ZXingEngine(loaded, made);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Read(LumaFrame frame)
    {
        var texts = new List<byte[]>();
        Scan(frame, texts);
        if (texts.Count == 0) Scan(frame.Halved(), texts);
        return texts;
    }

    /// <inheritdoc/>
    protected override unsafe void Dispose(bool disposing)
    {
        library.DeleteOptions(options);
        library.Dispose();
    }

    private unsafe void Scan(LumaFrame frame, List<byte[]> texts)
    {
        fixed (byte* pixels = frame.Pixels)
        {
            var view = library.NewView(pixels, frame.Width, frame.Height, ZXingLibrary.FormatLuma, frame.Width, 1);
            if (view == 0) return;
            var found = library.ReadBarcodes(view, options);
            for (var index = 0; found != 0 && index < library.Count(found); index++)
            {
                var text = library.Text(library.At(found, index));
                if (text == null) continue;
                Add(texts, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
                library.Free(text);
            }

            if (found != 0) library.DeleteBarcodes(found);
            library.DeleteView(view);
        }
    }
}
