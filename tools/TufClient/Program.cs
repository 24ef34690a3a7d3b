using System.CommandLine;
using Distribution;
using TufClient;

var metadata = new Option<DirectoryInfo>("--metadata-dir") { Description = "Where believed metadata lies.", Required = true, Recursive = true };
var metadataUrl = new Option<Uri?>("--metadata-url") { Description = "The repository's metadata.", CustomParser = ReadUri, Recursive = true };
var targetsUrl = new Option<Uri?>("--target-base-url") { Description = "The repository's targets.", CustomParser = ReadUri, Recursive = true };
var targetName = new Option<string[]>("--target-name") { Description = "The path of a target; may be repeated.", Recursive = true };
var targetFolder = new Option<DirectoryInfo>("--target-dir") { Description = "Where downloaded targets lie.", Recursive = true };
var rootFile = new Argument<FileInfo>("ROOT") { Description = "The root document to begin with." };

var init = new Command("init", "Takes a root to begin with.") { rootFile };
init.SetAction((parsed, stop) => ReportingAsync(
    () => Task.FromResult(ClientRun.Init(parsed.GetRequiredValue(metadata), parsed.GetRequiredValue(rootFile)))));

var refresh = new Command("refresh", "Brings the metadata up to date.");
refresh.Validators.Add(result =>
{
    if (result.GetResult(metadataUrl) is null) result.AddError("--metadata-url is needed.");
});
refresh.SetAction((parsed, stop) => ReportingAsync(
    () => ClientRun.RefreshAsync(parsed.GetRequiredValue(metadata), parsed.GetValue(metadataUrl)!, [], null, null, stop)));

var download = new Command("download", "Brings the metadata up to date, then downloads targets in their order.");
download.Validators.Add(result =>
{
    foreach (var option in new Option[] { metadataUrl, targetsUrl, targetName, targetFolder })
    {
        if (result.GetResult(option) is null) result.AddError($"{option.Name} is needed.");
    }
});
download.SetAction((parsed, stop) => ReportingAsync(() => ClientRun.RefreshAsync(
    parsed.GetRequiredValue(metadata),
    parsed.GetValue(metadataUrl)!,
    parsed.GetValue(targetName)!,
    parsed.GetValue(targetsUrl),
    parsed.GetValue(targetFolder),
    stop)));

var root = new RootCommand("A client of The Update Framework over the gate's own core, for the conformance suite. It ends with 0 or 1.")
{
    metadata, metadataUrl, targetsUrl, targetName, targetFolder, init, refresh, download,
};

// A target's name may begin with an at sign: it is no file of further arguments.
return await root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync();

static Uri? ReadUri(System.CommandLine.Parsing.ArgumentResult result)
{
    if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
    result.AddError($"'{result.Tokens[0].Value}' is no http address.");
    return null;
}

static async Task<int> ReportingAsync(Func<Task<int>> run)
{
    try
    {
        return await run();
    }
    catch (Exception failed) when (failed is RefusedException or IOException or UnauthorizedAccessException or OperationCanceledException)
    {
        await Console.Error.WriteLineAsync($"tuf-client: {failed.Message}");
        return 1;
    }
}
