using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CardReader.Camera;

namespace GateCamera;

/// <summary>What one set of pictures gave.</summary>
internal sealed record CorpusSet(
    string Set, int Right, int WithCode, int FalseDetections, int Negatives, double MillisecondsP50, double MillisecondsP95);

/// <summary>The whole result.</summary>
internal sealed record CorpusResult(string Engine, IReadOnlyList<CorpusSet> Sets, CorpusSet Total);

/// <summary>The JSON of <c>corpus --json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(CorpusResult))]
internal sealed partial class CorpusJson : JsonSerializerContext;

/// <summary>Reads a folder of pictures with known texts, by the very code that reads a camera's frames.</summary>
internal static class Corpus
{
    private const int RowsMax = 10_000;
    private const int Columns = 6;

    /// <summary>Runs and prints.</summary>
    /// <returns>0; 2 when the folder is not laid out as it must be, 1 when no engine is installed.</returns>
    public static int Run(string folder, string? engineName, bool isJson)
    {
        try
        {
            using var engine = QrEngineCatalog.Open(engineName);
            Print(Measure(folder, engine), isJson);
            return 0;
        }
        catch (NotSupportedException missing)
        {
            Console.Error.WriteLine($"gate-camera: {missing.Message}");
            return 1;
        }
        catch (Exception wrong) when (wrong is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"gate-camera: {wrong.Message}");
            return 2;
        }
    }

    /// <summary>Reads every picture and counts.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The folder is not laid out as docs/formats/qr-corpus.md says.</exception>
    public static CorpusResult Measure(string folder, QrEngine engine)
    {
        var frames = ReadFrames(folder, engine);
        if (frames.Count == 0) throw new InvalidDataException($"{folder}/expected.tsv names no picture.");
        var sets = frames.GroupBy(frame => frame.Set).OrderBy(set => set.Key, StringComparer.Ordinal);
        return new CorpusResult(engine.Name, [.. sets.Select(set => Sum(set.Key, set))], Sum("total", frames));
    }

    private static List<(string Set, bool HasCode, bool IsRight, bool IsFalse, double Milliseconds)> ReadFrames(
        string folder, QrEngine engine)
    {
        var frames = new List<(string, bool, bool, bool, double)>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Take(RowsMax))
        {
            var row = line.Split('\t');
            if (row.Length < Columns) throw new InvalidDataException($"Row {frames.Count + 2} of expected.tsv has {row.Length} columns of {Columns}.");
            var expected = row[5].Split('|', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => Normal(FromBase64(text, frames.Count + 2))).ToList();
            if (!PictureFile.TryRead(Path.Combine(folder, "images", row[0]), out var frame))
                throw new InvalidDataException($"images/{row[0]} is no picture within the limits.");
            var before = Environment.CpuUsage.TotalTime;
            var texts = engine.Read(frame!);
            var spent = Environment.CpuUsage.TotalTime - before;
            var isRight = texts.Any(text => expected.Contains(Normal(text)));
            frames.Add((row[1], expected.Count > 0, isRight, expected.Count == 0 && texts.Count > 0, spent.TotalMilliseconds));
        }

        return frames;
    }

    private static byte[] FromBase64(string text, int row)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var size)
            ? bytes[..size]
            : throw new InvalidDataException($"Row {row} of expected.tsv expects a text that is no base64.");
    }

    private static string Normal(byte[] text) =>
        Encoding.UTF8.GetString(text).Replace("\r\n", "\n", StringComparison.Ordinal).Trim();

    private static CorpusSet Sum(
        string name, IEnumerable<(string Set, bool HasCode, bool IsRight, bool IsFalse, double Milliseconds)> frames)
    {
        var list = frames.ToList();
        var times = list.Select(frame => frame.Milliseconds).Order().ToList();
        return new CorpusSet(
            name,
            list.Count(frame => frame.IsRight),
            list.Count(frame => frame.HasCode),
            list.Count(frame => frame.IsFalse),
            list.Count(frame => !frame.HasCode),
            times[times.Count / 2],
            times[Math.Min(times.Count - 1, times.Count * 95 / 100)]);
    }

    private static void Print(CorpusResult result, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, CorpusJson.Default.CorpusResult));
            return;
        }

        Console.WriteLine($"engine {result.Engine}");
        Console.WriteLine($"{"set",-24} {"right",9} {"false",7} {"p50 ms",8} {"p95 ms",8}");
        foreach (var set in result.Sets.Append(result.Total))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{set.Set,-24} {$"{set.Right}/{set.WithCode}",9} {$"{set.FalseDetections}/{set.Negatives}",7} {set.MillisecondsP50,8:0.0} {set.MillisecondsP95,8:0.0}"));
        }
    }
}
