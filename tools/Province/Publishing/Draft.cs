using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Province.Publishing;

/// <summary>
/// A document on its way to its signatures: what is signed, the rules it must meet, and who has signed so far. As a file,
/// <c>N.ROLE.json</c>, it travels on a stick to each holder of a key; <c>wanted</c> stands beside what is signed and is
/// there for messages only: gates and the publication go by their own rules.
/// </summary>
internal sealed class Draft
{
    /// <summary>Greatest file in bytes.</summary>
    public const int SizeMax = 8_000_000;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly JsonArray signatures;
    private readonly byte[] message;

    /// <summary>A document with the signatures it has.</summary>
    public Draft(string role, JsonObject signed, IReadOnlyList<SigningRule> wanted, JsonArray? signatures = null)
    {
        Role = role;
        Signed = signed;
        Wanted = wanted;
        this.signatures = signatures?.DeepClone().AsArray() ?? [];
        message = TufDocument.Canonical(signed);
    }

    /// <summary>The role.</summary>
    public string Role { get; }

    /// <summary>What is signed.</summary>
    public JsonObject Signed { get; }

    /// <summary>The rules it must meet; a root that changes its keys has two.</summary>
    public IReadOnlyList<SigningRule> Wanted { get; }

    /// <summary>Its version.</summary>
    public int Version => Signed["version"]!.GetValue<int>();

    /// <summary>When it expires.</summary>
    public DateTimeOffset Expires => TufDocument.ReadMoment(Signed["expires"]!.GetValue<string>());

    /// <summary>The name of its file.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Role}.json");

    /// <summary>True when every rule is met.</summary>
    public bool IsComplete => Wanted.All(rule => rule.Holding(message, signatures).Count >= rule.Threshold);

    /// <summary>Reads a draft's file.</summary>
    /// <exception cref="CommandFailure">It is none.</exception>
    public static Draft Read(string path)
    {
        if (!File.Exists(path)) throw new CommandFailure($"There is no draft at {path}.");
        if (new FileInfo(path).Length > SizeMax) throw new CommandFailure($"{path} is over {SizeMax} bytes: no draft.");
        try
        {
            using var strict = JsonDocument.Parse(File.ReadAllBytes(path), Verifier.Trust.CanonicalJson.Parsing);
            var file = JsonNode.Parse(strict.RootElement.GetRawText())!;
            return new Draft(
                file["role"]!.GetValue<string>(),
                file["signed"]!.DeepClone().AsObject(),
                [.. file["wanted"]!.AsArray().Select(static rule => SigningRule.FromDraft(rule!.AsObject()))],
                file["signatures"]!.AsArray());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            throw new CommandFailure($"{path} is no draft of 'province publish': {fault.Message}", fault);
        }
    }

    /// <summary>Signs, unless the key has signed. False when it is none of the wanted ones.</summary>
    public bool TrySign(TufKey key)
    {
        if (!Wanted.Any(rule => rule.Has(key.Id))) return false;
        if (Wanted.Any(rule => rule.Holding(message, signatures).Contains(key.Id))) return true;
        Drop(key.Id);
        signatures.Add((JsonNode)key.Signature(message));
        return true;
    }

    /// <summary>Takes the signatures of a copy that hold and that are missing here. How many there were.</summary>
    /// <exception cref="CommandFailure">The copy says something else.</exception>
    public int Join(Draft copy)
    {
        if (!message.AsSpan().SequenceEqual(copy.message))
            throw new CommandFailure($"The copy is no copy: it is {copy.FileName} and says something else than {FileName}. Sign one and the same draft.");
        var taken = 0;
        foreach (var id in Wanted.SelectMany(rule => rule.Holding(message, copy.signatures)).Distinct())
        {
            if (Wanted.Any(rule => rule.Holding(message, signatures).Contains(id))) continue;
            Drop(id);
            signatures.Add(copy.signatures.First(signature => signature!["keyid"]!.GetValue<string>() == id)!.DeepClone());
            taken++;
        }

        return taken;
    }

    /// <summary>One line for each rule: how many have signed, how many must, and who can.</summary>
    public IEnumerable<string> Progress()
    {
        foreach (var rule in Wanted)
        {
            var holding = rule.Holding(message, signatures);
            var signed = holding.Count == 0 ? string.Empty : $"; signed by {string.Join(", ", holding.Select(id => rule.Names[id]))}";
            var left = string.Join(", ", rule.Names.Where(name => !holding.Contains(name.Key)).Select(static name => name.Value));
            yield return holding.Count >= rule.Threshold
                ? $"{FileName}: {holding.Count} of {rule.Threshold} signatures{signed}"
                : $"{FileName}: {holding.Count} of {rule.Threshold} signatures{signed}; can be signed by {left}";
        }
    }

    /// <summary>What a holder of a key puts the signature under, a line each.</summary>
    public IEnumerable<string> Contents()
    {
        yield return $"{Role}, version {Version}, until {Signed["expires"]}";
        foreach (var (path, file) in Signed["targets"]?.AsObject() ?? [])
            yield return $"  {path}  {file!["length"]} bytes  sha256 {file["hashes"]!["sha256"]}";
        foreach (var role in Signed["delegations"]?["roles"]?.AsArray() ?? [])
            yield return $"  {role!["paths"]!.ToJsonString()} by {role["threshold"]} of {Short(role["keyids"]!)}";
        foreach (var (name, role) in Signed["roles"]?.AsObject() ?? [])
            yield return $"  {name} by {role!["threshold"]} of {Short(role["keyids"]!)}";
    }

    /// <summary>The draft's file.</summary>
    public byte[] ToFile() => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["role"] = Role,
        ["wanted"] = new JsonArray([.. Wanted.Select(static rule => rule.ToDraft())]),
        ["signatures"] = signatures.DeepClone(),
        ["signed"] = Signed.DeepClone(),
    }.ToJsonString(Readable) + "\n");

    /// <summary>The document as it is published: only signatures that a rule asks for.</summary>
    public byte[] ToDocument()
    {
        string[] wanted = [.. Wanted.SelectMany(rule => rule.Holding(message, signatures)).Distinct()];
        var kept = signatures.Where(signature => wanted.Contains(signature!["keyid"]!.GetValue<string>())).Select(static signature => signature!.DeepClone());
        return TufDocument.Wrap(Signed, new JsonArray([.. kept]));
    }

    private static string Short(JsonNode ids) => string.Join(", ", ids.AsArray().Select(static id => id!.GetValue<string>()[..8]));

    private void Drop(string id)
    {
        foreach (var signature in signatures.Where(signature => signature!["keyid"]!.GetValue<string>() == id).ToArray()) signatures.Remove(signature);
    }
}
