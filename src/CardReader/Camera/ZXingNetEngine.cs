#if OWNER_PACKAGES
using ZXing;
using ZXing.Common;
using ZXing.QrCode;

namespace CardReader.Camera;

/// <summary>ZXing.Net, compiled with <c>-p:OwnerPackages=true</c> only. Managed, and weaker than the system's engines.</summary>
public sealed class ZXingNetEngine : QrEngine
{
    private readonly QRCodeReader reader = new();
    private readonly Dictionary<DecodeHintType, object> hints = new() { [DecodeHintType.TRY_HARDER] = true };

    /// <inheritdoc/>
    public override string Name => "zxing.net";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Read(LumaFrame frame)
    {
        var texts = new List<byte[]>();
        var source = new PlanarYUVLuminanceSource(
            frame.Pixels, frame.Width, frame.Height, 0, 0, frame.Width, frame.Height, reverseHoriz: false);
        foreach (var light in new LuminanceSource[] { source, source.invert() })
        {
            var found = reader.decode(new BinaryBitmap(new HybridBinarizer(light)), hints);
            reader.reset();
            if (found?.Text is not { } text) continue;
            Add(texts, System.Text.Encoding.UTF8.GetBytes(text));
            break;
        }

        return texts;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
#endif
