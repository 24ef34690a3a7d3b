using System.Text.Json.Nodes;

namespace Verifier.Tests;

/// <summary>The golden files under tests/vectors.</summary>
internal static class Vectors
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "vectors"));

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    public static JsonObject Json(string path) => JsonNode.Parse(Bytes(path))!.AsObject();

    public static byte[] ToBytes(this JsonNode node) => System.Text.Encoding.UTF8.GetBytes(node.ToJsonString());

    // The compiler's path is mapped for reproducible builds, so the folder is found from where the tests run.
    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gate.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Gate.slnx above the test program.");
        return Path.Combine(folder.FullName, "tests", "Verifier.Tests");
    }
}
