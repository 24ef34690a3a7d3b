using System.Collections.Frozen;
using CardReader.Readers;

namespace CardReader;

/// <summary>The kinds of reader. One line adds one.</summary>
public static class ReaderCatalog
{
    internal const string Camera = "camera";
    internal const string Serial = "serial";

    private static readonly FrozenDictionary<string, Func<ReaderConfig, TimeProvider, Reader>> Table =
        new Dictionary<string, Func<ReaderConfig, TimeProvider, Reader>>(StringComparer.Ordinal)
        {
            [Camera] = (config, time) => new CameraReader(config.Name, config.Path, config.PeerUsers, time),
            [Serial] = (config, time) => new SerialScanner(config.Name, config.Path, config.IdleGap, time),
            ["pcsc"] = (config, time) => new PcscReader(config.Name, config.Path, time),
            ["replay"] = (config, time) => new ReplayReader(config.Name, config.Path, time),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kinds, for messages.</summary>
    public static IReadOnlyCollection<string> Kinds => Table.Keys;

    /// <summary>Makes a reader; opens nothing.</summary>
    /// <exception cref="ArgumentException"><see cref="ReaderConfig.Check"/> finds a fault in the configuration.</exception>
    public static Reader Make(ReaderConfig config, TimeProvider time)
    {
        var fault = ReaderConfig.Check(config);
        return fault == ReaderFault.None
            ? Table[config.Kind](config, time)
            : throw new ArgumentException($"The reader {config.Name} of kind {config.Kind} cannot be made: {fault}.", nameof(config));
    }
}
