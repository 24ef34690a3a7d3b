using System.CommandLine;
using CardReader.Camera;
using GateCamera;

var engine = new Option<string?>("--engine") { Description = $"One of {string.Join(", ", QrEngineCatalog.Names)}; the best installed unless named." };
var socket = new Option<string>("--socket") { Description = "The agent's socket for this camera.", Required = true };
var picture = new Option<FileInfo>("--picture") { Description = "Show one picture, again and again." }.AcceptExistingOnly();
var folder = new Option<DirectoryInfo>("--folder") { Description = "Show each picture that is moved into a folder." }.AcceptExistingOnly();
var rate = new Option<int>("--fps") { Description = "Frames per second, 1 to 60.", DefaultValueFactory = static _ => 15 };
rate.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 60) result.AddError("--fps takes 1 to 60.");
});

var root = new RootCommand("Reads QR codes from pictures and tells the agent their texts. It holds no key and no relay.")
{
    socket, picture, folder, rate, engine,
};
root.Validators.Add(result =>
{
    if (result.GetResult(picture) is null == result.GetResult(folder) is null) result.AddError("Name one of --picture and --folder.");
});
root.SetAction(async (parsed, stop) =>
{
    FolderSource source;
    try
    {
        source = parsed.GetValue(folder) is { } watched
            ? new FolderSource(watched.FullName)
            : new FolderSource(parsed.GetValue(picture)!);
    }
    catch (Exception wrong) when (wrong is IOException or InvalidDataException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"gate-camera: {wrong.Message}");
        return 2;
    }

    return await CameraRun.RunAsync(
        parsed.GetRequiredValue(socket), source, parsed.GetValue(rate), parsed.GetValue(engine), stop);
});

var corpusFolder = new Argument<DirectoryInfo>("FOLDER") { Description = "docs/formats/qr-corpus.md says how it is laid out." }.AcceptExistingOnly();
var json = new Option<bool>("--json") { Description = "JSON on standard output." };
var corpus = new Command("corpus", "Reads a folder of pictures with known texts and counts.") { corpusFolder, engine, json };
corpus.SetAction(parsed => Corpus.Run(parsed.GetRequiredValue(corpusFolder).FullName, parsed.GetValue(engine), parsed.GetValue(json)));
root.Subcommands.Add(corpus);

// `corpus` needs no socket: required options of the root bind only when the root itself is called.
if (args is ["corpus", ..]) root.Options.Remove(socket);
return await root.Parse(args).InvokeAsync();
