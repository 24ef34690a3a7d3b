using System.Collections.Frozen;
using CardReader.Readers;

namespace CardReader;

/// <summary>What a reader is made from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">A kind of the catalog.</param>
/// <param name="Path">The device, socket, PC/SC reader name or capture file.</param>
public sealed record ReaderConfig(string Name, string Kind, string Path);

/// <summary>The kinds of reader. One line adds one.</summary>
public static class ReaderCatalog
{
    private static readonly FrozenDictionary<string, Func<ReaderConfig, TimeProvider, Reader>> Table =
        new Dictionary<string, Func<ReaderConfig, TimeProvider, Reader>>(StringComparer.Ordinal)
        {
            ["camera"] = (config, time) => new CameraReader(config.Name, config.Path, time),
            ["serial"] = (config, time) => new SerialScanner(config.Name, config.Path, time),
            ["pcsc"] = (config, time) => new PcscReader(config.Name, config.Path, time),
            ["replay"] = (config, time) => new ReplayReader(config.Name, config.Path, time),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kinds, for messages.</summary>
    public static IReadOnlyCollection<string> Kinds => Table.Keys;

    /// <summary>Makes a reader; opens nothing.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static Reader Make(ReaderConfig config, TimeProvider time) =>
        Table.TryGetValue(config.Kind, out var make)
            ? make(config, time)
            : throw new ArgumentException($"No kind of reader is called {config.Kind}.", nameof(config));
}
