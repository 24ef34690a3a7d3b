namespace ListBench;

/// <summary>The folder of a bench: one folder for each engine, and the files that engines are made from.</summary>
/// <param name="Path">Where it is.</param>
internal sealed record BenchFolder(string Path)
{
    /// <summary>Keys in their order, from which every engine is built.</summary>
    public string Keys => At("sorted.keys");

    /// <summary>The folder of an engine.</summary>
    public string Of(string engine) => At(engine);

    /// <summary>A file of it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Takes a file out of the kernel's memory.</summary>
    public static void Drop(string path, string? mapped)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
        Kernel.Drop(file, mapped);
    }

    /// <summary>True when two files hold the same bytes.</summary>
    public static bool AreSame(string one, string other)
    {
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        return System.Security.Cryptography.SHA256.HashData(first).AsSpan().SequenceEqual(System.Security.Cryptography.SHA256.HashData(second));
    }
}
