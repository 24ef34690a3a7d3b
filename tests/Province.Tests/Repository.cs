namespace Province.Tests;

/// <summary>Where the golden files stand.</summary>
internal static class Repository
{
    public static string Vectors { get; } = Path.Combine(Root(), "tests", "vectors");

    // The compiler's path is mapped for reproducible builds, so the folder is found from where the tests run.
    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gate.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Gate.slnx above the test program.");
        return folder.FullName;
    }
}
