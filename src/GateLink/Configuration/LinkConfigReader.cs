using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GateAgent.Configuration;

namespace GateLink.Configuration;

/// <summary>Reads link.json and tells everything that is wrong with it at once.</summary>
internal static class LinkConfigReader
{
    /// <summary>Greatest file in bytes.</summary>
    public const int SizeMax = 64 * 1024;

    private const int SocketPathMax = 107;
    private const int UrlsMax = 8;
    private const int UrlMax = 1_024;
    private const int CacheMiBMax = 4_096;
    private const int PollSecondsMin = 10;
    private const int PollSecondsMax = 86_400;

    /// <summary>Reads a file. The configuration is null exactly when there are faults.</summary>
    public static (LinkConfig? Config, IReadOnlyList<ConfigFault> Faults) Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return (null, [new ConfigFault(path, "no such file", "Name the file with --config")]);
            if (file.Length > SizeMax) return (null, [new ConfigFault(path, $"{file.Length} bytes, at most {SizeMax}", "Name the right file")]);
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, [new ConfigFault(path, "cannot be read", "Give the user gate-link the right to read it")]);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    public static (LinkConfig? Config, IReadOnlyList<ConfigFault> Faults) Parse(ReadOnlySpan<byte> json)
    {
        var faults = new List<ConfigFault>();
        LinkConfig? config;
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (node is JsonObject members) TakeOutUnknown(members, faults);
            config = node.Deserialize(LinkConfigJson.Default.LinkConfig);
        }
        catch (JsonException broken)
        {
            faults.Add(broken.Path is { Length: > 2 } path
                ? new ConfigFault(path[2..], "not the kind of value that stands here", "Compare with docs/operating.md")
                : new ConfigFault("$", "no JSON, or a member that stands twice", "Correct it"));
            return (null, faults);
        }

        if (config is null) return (null, [new ConfigFault("$", "nothing", "Write a JSON object")]);
        Check(config, faults);
        return faults.Count == 0 ? (config, faults) : (null, faults);
    }

    private static void TakeOutUnknown(JsonObject members, List<ConfigFault> faults)
    {
        var known = LinkConfigJson.Default.LinkConfig.Properties.Select(static property => property.Name).ToList();
        foreach (var (name, _) in members.ToList())
        {
            if (known.Contains(name)) continue;
            members.Remove(name);
            faults.Add(new ConfigFault(name, "no member of this name", $"Correct its spelling or take it out; here may stand {string.Join(", ", known)}"));
        }
    }

    private static void Check(LinkConfig config, List<ConfigFault> faults)
    {
        var socketSize = Encoding.UTF8.GetByteCount(config.LinkSocket ?? string.Empty);
        if (socketSize == 0) faults.Add(new ConfigFault("linkSocket", "nothing", "It must be set"));
        if (socketSize > SocketPathMax) faults.Add(new ConfigFault("linkSocket", $"{socketSize} bytes", $"Name a path of at most {SocketPathMax} bytes"));
        if (config.CacheMiB is < 1 or > CacheMiBMax) faults.Add(new ConfigFault("cacheMiB", $"{config.CacheMiB}", $"Write 1 to {CacheMiBMax}"));
        if (config.PollSeconds is < PollSecondsMin or > PollSecondsMax)
            faults.Add(new ConfigFault("pollSeconds", $"{config.PollSeconds}", $"Write {PollSecondsMin} to {PollSecondsMax}"));
        var urls = config.BaseUrls ?? [];
        if (urls.Count is 0 or > UrlsMax) faults.Add(new ConfigFault("baseUrls", $"{urls.Count} addresses", $"Write 1 to {UrlsMax}"));
        for (var index = 0; index < urls.Count; index++)
        {
            if (!IsBase(urls[index])) faults.Add(new ConfigFault($"baseUrls[{index}]", $"'{urls[index]}'", "Write an http or https address without a name, query or fragment in it"));
        }
    }

    private static bool IsBase(string? text) =>
        text is { Length: > 0 and <= UrlMax } && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0;
}
