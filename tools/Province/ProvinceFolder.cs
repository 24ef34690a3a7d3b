using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Province.Documents;
using Province.Keys;
using Province.People;

namespace Province;

/// <summary>
/// A test province on disk. One process at a time.
/// <code>
/// province.json        what it remembers
/// root.json            the first root document, for gates to pin
/// devices/GATE.pub     the public key of each enrolled gate
/// targets/...          the targets as they will be signed next; edit them and publish
/// repository/...       what gates fetch: metadata/ and targets/, with the pages of the list
/// </code>
/// </summary>
internal sealed class ProvinceFolder
{
    private const string PolicyFile = "policy.json";
    private const string IssuersFile = "issuers.json";
    private const int IssuerYears = 10;

    private ProvinceFolder(string path, ProvinceState state)
    {
        Path = path;
        State = state;
        Seed = new SeededBytes(state.Seed);
        Authority = new Authority(Seed);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What is remembered.</summary>
    public ProvinceState State { get; private set; }

    /// <summary>The source of everything.</summary>
    public SeededBytes Seed { get; }

    /// <summary>The keys.</summary>
    public Authority Authority { get; }

    /// <summary>Where targets stand before they are signed.</summary>
    public string TargetsFolder => System.IO.Path.Combine(Path, "targets");

    /// <summary>Where gates fetch from.</summary>
    public string RepositoryFolder => System.IO.Path.Combine(Path, "repository");

    /// <summary>The first root document, for gates to pin.</summary>
    public string RootFile => System.IO.Path.Combine(Path, "root.json");

    /// <summary>Where the public keys of gates stand.</summary>
    public string DevicesFolder => System.IO.Path.Combine(Path, "devices");

    private string StateFile => System.IO.Path.Combine(Path, "province.json");

    /// <summary>Makes a province with its policy and issuers, without a list, a gate or a publication.</summary>
    /// <exception cref="CommandFailure">There is one already.</exception>
    public static ProvinceFolder Create(string path, string seed, DateTimeOffset now)
    {
        if (File.Exists(System.IO.Path.Combine(path, "province.json")))
            throw new CommandFailure($"There is a province in {path} already. Choose another folder, or remove that one first.");
        Directory.CreateDirectory(path);
        var folder = new ProvinceFolder(path, new ProvinceState(seed, 0, 0));
        folder.WriteTarget(PolicyFile, PolicyTable.Make(Authority.HomeId, 1));
        folder.WriteTarget(IssuersFile, folder.Issuers(now));
        folder.State.Write(folder.StateFile);
        return folder;
    }

    /// <summary>Opens a province.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    public static ProvinceFolder Open(string path)
    {
        var state = System.IO.Path.Combine(path, "province.json");
        return File.Exists(state)
            ? new ProvinceFolder(path, ProvinceState.Read(state))
            : throw new CommandFailure($"There is no province in {path}. Make one with 'province make --folder {path}'.");
    }

    /// <summary>The cast, with codes that are fresh at a moment.</summary>
    public Cast CastAt(DateTimeOffset now) => new(Seed, Authority, now);

    /// <summary>Remembers something new.</summary>
    public void Remember(ProvinceState state)
    {
        state.Write(StateFile);
        State = state;
    }

    /// <summary>Writes a document among the targets, for the next publication.</summary>
    public void WriteTarget(string path, JsonObject document) => WriteTarget(path, SignedDocuments.ToBytes(document));

    /// <summary>Writes a target, for the next publication.</summary>
    public void WriteTarget(string path, ReadOnlySpan<byte> bytes)
    {
        var full = System.IO.Path.Combine(TargetsFolder, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    /// <summary>Changes one cell of the policy and counts its version up, for the next publication.</summary>
    /// <returns>The new version.</returns>
    /// <exception cref="CommandFailure">There is no such cell, or the policy would not be valid.</exception>
    public int SetPolicyCell(string venue, string cell, string value)
    {
        var path = System.IO.Path.Combine(TargetsFolder, PolicyFile);
        try
        {
            var policy = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            PolicyTable.Set(policy, venue, cell, value);
            var version = (int)policy["version"]! + 1;
            policy["version"] = version;
            DocumentCheck.Policy(SignedDocuments.ToBytes(policy));
            WriteTarget(PolicyFile, policy);
            return version;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new CommandFailure($"{path} is no policy ({fault.Message}). Make the province again.", fault);
        }
    }

    /// <summary>The path of the list's index among the targets.</summary>
    public static string IndexTarget(int epoch) => string.Create(CultureInfo.InvariantCulture, $"list/base-{epoch}.idx");

    /// <summary>The path of the list's pages beside the targets.</summary>
    public static string PagesTarget(int epoch) => string.Create(CultureInfo.InvariantCulture, $"list/base-{epoch}.gal");

    private JsonObject Issuers(DateTimeOffset now) => SignedDocuments.Issuers(
        Authority.HomeId,
        1,
        now.AddYears(-IssuerYears),
        now.AddYears(IssuerYears),
        [
            new IssuerEntry(Authority.HomeId, Authority.Home, true, "healthCode", "report", "staff"),
            new IssuerEntry(Authority.NeighbourId, Authority.Neighbour, false, "healthCode"),
        ]);
}
