using Distribution;
using Verifier.AllowList;

namespace ListBench;

/// <summary>One way to keep a list on disk: what is measured side by side.</summary>
internal abstract class Engine : IDisposable
{
    /// <summary>The names of the engines, ours first.</summary>
    public static string[] Names { get; } = ["list", "sqlite", "lmdb"];

    /// <summary>The files that make up the store.</summary>
    public abstract string[] Files { get; }

    /// <summary>The file that is mapped into memory, if any.</summary>
    public virtual string? Mapped => null;

    /// <summary>Builds a store from sorted entries, on the disk at the end.</summary>
    public static void Build(string name, string folder, IEnumerable<ListEntry> sorted, long entries)
    {
        switch (name)
        {
            case "list": ListEngine.Build(folder, sorted); break;
            case "sqlite": SqliteEngine.Build(folder, sorted); break;
            default: LmdbEngine.Build(folder, sorted, entries); break;
        }
    }

    /// <summary>Opens a store.</summary>
    public static Engine Open(string name, string folder) => name switch
    {
        "list" => ListEngine.Open(folder),
        "sqlite" => SqliteEngine.Open(folder),
        _ => LmdbEngine.Open(folder),
    };

    /// <summary>The value byte of a subject; 0 when it is not listed.</summary>
    public abstract byte Find(SubjectKey key);

    /// <summary>Applies changes durably.</summary>
    public abstract void Apply(ChangeFile changes);

    /// <inheritdoc/>
    public abstract void Dispose();
}
