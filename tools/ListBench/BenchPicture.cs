using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ListBench;

/// <summary>One picture of several runs: bytes an entry on the left, the median of a warm hit on the right.</summary>
internal static class BenchPicture
{
    private const int PanelWidth = 330;
    private const int BarHeight = 12;
    private const int GroupGap = 16;
    private const int Left = 74;
    private const int Top = 40;
    private const double BarRoom = PanelWidth - Left - 50;
    private static readonly string[] Fills = ["#1b6b4a", "#8a99a6", "#c9a227"];

    /// <summary>Draws the figures of some runs, in their order.</summary>
    public static string Draw(IReadOnlyList<string> jsonFiles)
    {
        var runs = jsonFiles.Select(static path => JsonNode.Parse(File.ReadAllText(path))!).ToList();
        var height = Top + (runs.Count * ((Engine.Names.Length * BarHeight) + GroupGap)) + 8;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * PanelWidth}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"9\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        Panel(svg, runs, 0, "bytes an entry on disk", "bytesPerEntry");
        Panel(svg, runs, PanelWidth, "warm hit, median, us (the list verifies each page)", "warmP50UsHit");
        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, List<JsonNode> runs, int x, string title, string key)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 8}\" y=\"16\" font-size=\"10\" font-weight=\"bold\">{title}</text>\n");
        for (var engine = 0; engine < Engine.Names.Length; engine++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 8 + (engine * 60)}\" y=\"22\" width=\"8\" height=\"8\" fill=\"{Fills[engine]}\"/><text x=\"{x + 19 + (engine * 60)}\" y=\"29\">{Engine.Names[engine]}</text>\n");
        }

        var most = runs.Max(run => Engine.Names.Max(engine => run[engine]![key]!.GetValue<double>()));
        var y = Top;
        foreach (var run in runs)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 8}\" y=\"{y + 22}\">{run["entries"]!.GetValue<long>():N0}</text>\n");
            for (var engine = 0; engine < Engine.Names.Length; engine++, y += BarHeight)
            {
                var value = run[Engine.Names[engine]]![key]!.GetValue<double>();
                var width = BarRoom * value / most;
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + Left}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{BarHeight - 2}\" fill=\"{Fills[engine]}\"/><text x=\"{x + Left + width + 4:0.#}\" y=\"{y + 9}\">{value:0.##}</text>\n");
            }

            y += GroupGap;
        }
    }
}
