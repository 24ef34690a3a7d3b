using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Distribution;
using Province.Lists;
using Verifier.AllowList;

namespace ListBench;

/// <summary>Making the stores: from sorted keys, from lines, and the companion that only the authority needs.</summary>
internal sealed class BuildParts(BenchFolder folder, long entries)
{
    public JsonObject Prepare()
    {
        Directory.CreateDirectory(folder.Path);
        KeyFile.Write(folder.Keys, entries);
        return [];
    }

    public JsonObject Build(string engine)
    {
        var target = folder.Of(engine);
        Directory.CreateDirectory(target);
        Kernel.Warm(folder.Keys);
        var began = Stopwatch.GetTimestamp();
        Engine.Build(engine, target, KeyFile.Read(folder.Keys), entries);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        using var store = Engine.Open(engine, target);
        return new JsonObject
        {
            ["buildSeconds"] = seconds,
            ["bytesPerEntry"] = (double)store.Files.Sum(static path => new FileInfo(path).Length) / entries,
        };
    }

    /// <summary>The companion with the full keys, which only the authority needs, is no part of the build that is compared.</summary>
    public JsonObject Companion()
    {
        var files = BaseFiles.Of(folder.Of("list"), 1);
        var again = folder.At("again.gal");
        var began = Stopwatch.GetTimestamp();
        var index = AllowListWriter.Write(again, ListEngine.Header, KeyFile.Read(folder.Keys), files.Full);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var isSame = index.AsSpan().SequenceEqual(File.ReadAllBytes(files.Index)) && BenchFolder.AreSame(again, files.Pages);
        File.Delete(again);
        return new JsonObject { ["buildWithCompanionSeconds"] = seconds, ["builtTwiceIdentical"] = isSame ? 1 : 0 };
    }

    /// <summary>Writes people in no order, as a list's lines.</summary>
    public JsonObject Lines()
    {
        using var stream = new FileStream(folder.At("people.csv"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var line = new StringBuilder();
        for (var subject = 0L; subject < entries; subject++)
        {
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $"person,{Crowd.Key(subject).Full:x32},{Words(Crowd.Value(subject))}\n");
            stream.Write(Encoding.ASCII.GetBytes(line.ToString()));
        }

        return [];
    }

    private static string Words(ListValue value) => value.Colour switch
    {
        Colour.Yellow => $"yellow,{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.YellowReason.ToString())}",
        Colour.Red => "red",
        _ => "green",
    };
}
