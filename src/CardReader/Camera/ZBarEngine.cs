using System.Runtime.InteropServices;

namespace CardReader.Camera;

/// <summary>
/// zbar, by its C interface. It reads no inverted codes and stumbles over large ones, so a frame without a code is tried
/// again inverted and at half size.
/// </summary>
public sealed class ZBarEngine : QrEngine
{
    private readonly Scanner scanner;

    /// <summary>Loads the library.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public ZBarEngine()
    {
        scanner = Scanner.Create();
    }

    /// <inheritdoc/>
    public override string Name => "zbar";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Read(LumaFrame frame)
    {
        var texts = new List<byte[]>();
        scanner.Scan(frame, texts);
        if (texts.Count == 0) scanner.Scan(frame.Halved(), texts);
        if (texts.Count == 0) scanner.Scan(frame.Inverted(), texts);
        return texts;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) scanner.Dispose();
    }

    /// <summary>An owned zbar scanner, set to QR codes alone.</summary>
    private sealed class Scanner : SafeHandle
    {
        private Scanner(nint scanner)
            : base(0, ownsHandle: true) => SetHandle(scanner);

        public override bool IsInvalid => handle == 0;

        public static Scanner Create()
        {
            var native = ZBarLibrary.CreateScanner();
            var _ = ZBarLibrary.SetConfig(native, ZBarLibrary.AnySymbology, ZBarLibrary.ConfigEnable, 0);
            _ = ZBarLibrary.SetConfig(native, ZBarLibrary.QrCode, ZBarLibrary.ConfigEnable, 1);
            return new Scanner(native);
        }

        public unsafe void Scan(LumaFrame frame, List<byte[]> texts)
        {
            var image = ZBarLibrary.CreateImage();
            fixed (byte* pixels = frame.Pixels)
            {
                ZBarLibrary.SetFormat(image, new CULong(ZBarLibrary.FormatGrey));
                ZBarLibrary.SetSize(image, (uint)frame.Width, (uint)frame.Height);
                ZBarLibrary.SetData(image, pixels, new CULong((uint)frame.Pixels.Length), 0);
                if (ZBarLibrary.Scan(handle, image) > 0) Collect(image, texts);
                ZBarLibrary.DestroyImage(image);
            }
        }

        protected override bool ReleaseHandle()
        {
            ZBarLibrary.DestroyScanner(handle);
            return true;
        }

        private static unsafe void Collect(nint image, List<byte[]> texts)
        {
            for (var symbol = ZBarLibrary.FirstSymbol(image); symbol != 0; symbol = ZBarLibrary.NextSymbol(symbol))
            {
                if (ZBarLibrary.SymbolType(symbol) != ZBarLibrary.QrCode) continue;
                var length = ZBarLibrary.SymbolLength(symbol);
                if (length <= Presentation.PayloadMax)
                    Add(texts, new ReadOnlySpan<byte>(ZBarLibrary.SymbolText(symbol), (int)length));
            }
        }
    }
}
