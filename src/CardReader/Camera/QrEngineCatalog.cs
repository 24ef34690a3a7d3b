using System.Collections.Immutable;

namespace CardReader.Camera;

/// <summary>The QR engines, the best first. One line adds one.</summary>
public static class QrEngineCatalog
{
    private static readonly ImmutableArray<(string Name, string Package, Func<QrEngine> Open)> Table =
    [
        ("zxing", "libzxing3 (Debian 13)", ZXingEngine.Open),
        ("zbar", "libzbar0", static () => new ZBarEngine()),
#if OWNER_PACKAGES
        ("zxing.net", "a build with -p:OwnerPackages=true", static () => new ZXingNetEngine()),
#endif
    ];

    /// <summary>The names, for messages.</summary>
    public static IReadOnlyList<string> Names => [.. Table.Select(static row => row.Name)];

    /// <summary>Opens an engine by name, or the best that is installed.</summary>
    /// <exception cref="NotSupportedException">It is not known or not installed; the message says what to install.</exception>
    public static QrEngine Open(string? name)
    {
        var wanted = Table.Where(row => name is null || row.Name == name).ToList();
        if (wanted.Count == 0)
            throw new NotSupportedException($"No engine is called {name}: there are {string.Join(", ", Names)}.");
        foreach (var row in wanted)
        {
            try
            {
                return row.Open();
            }
            catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
            {
                // The next one may be installed.
            }
        }

        var packages = string.Join(" or ", wanted.Select(static row => row.Package));
        throw new NotSupportedException($"No QR engine is installed: install {packages}.");
    }
}
