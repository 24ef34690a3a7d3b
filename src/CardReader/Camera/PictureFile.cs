using StbImageSharp;

namespace CardReader.Camera;

/// <summary>A picture in a file, PNG or JPEG, as a frame. Only gate-camera reads one: decoding pictures is hostile ground.</summary>
public static class PictureFile
{
    /// <summary>Greatest file in bytes.</summary>
    public const int SizeMax = 16 * 1024 * 1024;

    /// <summary>Reads a picture. False for what is no picture, or over a limit. Never throws on contents.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool TryRead(string path, out LumaFrame? frame)
    {
        frame = null;
        using var file = File.OpenRead(path);
        if (file.Length is 0 or > SizeMax) return false;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        try
        {
            // Sides are checked before any pixel is decoded: a picture of a few bytes may claim gigabytes.
            using var header = new MemoryStream(bytes);
            if (ImageInfo.FromStream(header) is not { } shape) return false;
            if (shape.Width is < 1 or > LumaFrame.SideMax || shape.Height is < 1 or > LumaFrame.SideMax) return false;
            var picture = ImageResult.FromMemory(bytes, ColorComponents.Grey);
            frame = new LumaFrame(picture.Width, picture.Height, picture.Data);
            return true;
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NullReferenceException or OverflowException or NotSupportedException or OutOfMemoryException or IOException)
        {
            // The library reports a broken picture by whatever it stumbled over.
            return false;
        }
    }
}
