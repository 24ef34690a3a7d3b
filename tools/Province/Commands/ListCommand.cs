using System.CommandLine;
using Distribution;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace Province.Commands;

/// <summary><c>province list build</c>: an allow-list from lines of text.</summary>
internal static class ListCommand
{
    public static Command Make()
    {
        var input = new Argument<string>("CSV") { Description = "kind,identifier in hexadecimal,colour[,reason][,static]; - for standard input." };
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where base-EPOCH.gal and .idx are written.", Required = true };
        var seed = new Option<string>("--seed") { Description = "The province's seed: the list key follows from it.", DefaultValueFactory = static _ => "test" };
        var epoch = new Option<int>("--epoch") { Description = "Epoch of the list, rising.", DefaultValueFactory = static _ => 1 };
        var now = new Option<DateTimeOffset?>("--now") { Description = "When the list is true; the present unless named." };
        var build = new Command("build", "Builds a list, streaming, in bounded memory.") { input, folder, seed, epoch, now };
        build.SetAction(parsed =>
        {
            var key = new Authority(new SeededBytes(parsed.GetValue(seed)!)).ListKey;
            var at = parsed.GetValue(now)?.ToUniversalTime() ?? MakeCommand.WholeSecond(TimeProvider.System.GetUtcNow());
            var header = new AllowListHeader(Authority.HomeId, parsed.GetValue(epoch), at, [.. Enum.GetValues<SubjectKind>()[1..]]);
            return Run(parsed.GetValue(input)!, parsed.GetRequiredValue(folder).FullName, header, key.Span);
        });
        return new Command("list", "Allow-lists.") { build };
    }

    private static int Run(string input, string folder, AllowListHeader header, ReadOnlySpan<byte> key)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var lines = input == "-" ? Console.In : new StreamReader(input);
            using var sorter = new EntrySorter(Path.Combine(folder, "runs"));
            var number = 0L;
            while (lines.ReadLine() is { } line)
            {
                number++;
                if (line.Length == 0 || line[0] == '#') continue;
                if (!CsvEntry.TryRead(line, key, out var entry, out var fault))
                    throw new FormatException($"line {number}: {fault}");
                sorter.Add(entry);
                if (number % 10_000_000 == 0) Console.Error.WriteLine($"{number:N0} lines read");
            }

            var index = AllowListWriter.Write(Path.Combine(folder, $"base-{header.Epoch}.gal"), header, sorter.Sorted());
            File.WriteAllBytes(Path.Combine(folder, $"base-{header.Epoch}.idx"), index);
            Console.Error.WriteLine($"{number:N0} lines, index of {index.Length:N0} bytes");
            return 0;
        }
        catch (Exception failed) when (failed is IOException or ArgumentException or FormatException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"province: {failed.Message}");
            return 1;
        }
    }
}
