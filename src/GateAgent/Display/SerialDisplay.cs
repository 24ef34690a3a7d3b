using System.Text;
using CardReader;
using CardReader.Lines;

namespace GateAgent.Display;

/// <summary>
/// A customer display of two lines of 20 columns on a serial line, as tills have them: form feed clears it, text runs from
/// the first line into the second. Its characters are GB 18030; a Chinese one takes two columns.
/// </summary>
internal sealed class SerialDisplay : TextDisplay
{
    private const int Columns = 20;
    private const byte Clear = 0x0C;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
    private readonly string path;
    private SerialLine? line;

    /// <summary>A display that is not open yet.</summary>
    public SerialDisplay(string path) => this.path = path;

    /// <inheritdoc/>
    public override void Show(string chinese, string english)
    {
        try
        {
            line ??= SerialLine.OpenAt9600(path);
            line.Write([Clear, .. Row(chinese), .. Row(english)], Patience);
        }
        catch (ReaderException failed)
        {
            Dispose();
            throw new IOException(failed.Message, failed);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        line?.Dispose();
        line = null;
    }

    // In GB 18030 the bytes of these characters are as many as their columns.
    private static byte[] Row(string text)
    {
        var row = new byte[Columns];
        row.AsSpan().Fill((byte)' ');
        var taken = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Gb18030.GetBytes(rune.ToString());
            if (taken + bytes.Length > Columns) break;
            bytes.CopyTo(row, taken);
            taken += bytes.Length;
        }

        return row;
    }
}
