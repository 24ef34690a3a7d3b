using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Province.Documents;
using Verifier.Trust;

namespace Province.Publishing;

/// <summary>
/// The gates of an office: <c>targets/sites/GATE.json</c>, <c>targets/keys/GATE</c> and the boards' public keys in
/// <c>devices/GATE.pub</c>. A board is replaced by changing the device key and nothing else: whoever swaps a board must not
/// be able to make a cinema of a metro gate with the same paper.
/// </summary>
internal sealed class GateShelf
{
    private const string DeviceKey = "deviceKey";
    private readonly string targets;
    private readonly string devices;

    /// <summary>The gates of an office's folder.</summary>
    public GateShelf(string office)
    {
        targets = Path.Combine(office, "targets");
        devices = Path.Combine(office, "devices");
    }

    /// <summary>Names a new gate.</summary>
    /// <exception cref="CommandFailure">There is one of that name, or no gate would take its document.</exception>
    public void Enrol(string gate, string province, string devicePem, IReadOnlyList<LaneEntry> lanes, int epoch, ReadOnlySpan<byte> listKey)
    {
        var hash = DocumentCheck.DeviceKeyHash(devicePem);
        var document = SignedDocuments.ToBytes(SignedDocuments.Site(province, gate, hash, lanes));
        DocumentCheck.Site(gate, document);
        if (File.Exists(SiteOf(gate)))
            throw new CommandFailure($"There is a gate {gate} already: a new board for it is named by 'province gate replace'.");
        Write(gate, devicePem, document, epoch, listKey);
    }

    /// <summary>Names a new board for a gate.</summary>
    /// <exception cref="CommandFailure">There is no such gate, or it is this board already.</exception>
    public void Replace(string gate, string devicePem, int epoch, ReadOnlySpan<byte> listKey)
    {
        var hash = DocumentCheck.DeviceKeyHash(devicePem);
        if (!GateKeyEnvelope.IsGate(gate) || !File.Exists(SiteOf(gate)))
            throw new CommandFailure($"There is no gate {gate} whose board could be replaced: 'province gate enrol' names a new one.");
        var site = JsonNode.Parse(File.ReadAllBytes(SiteOf(gate)))!.AsObject();
        if (site[DeviceKey]!.GetValue<string>() == hash) throw new CommandFailure($"{gate} is this board already.");
        site[DeviceKey] = hash;
        Write(gate, devicePem, SignedDocuments.ToBytes(site), epoch, listKey);
    }

    /// <summary>Seals the list key of an epoch to every gate.</summary>
    /// <exception cref="CommandFailure">A gate's device key is not here.</exception>
    public int SealAll(int epoch, ReadOnlySpan<byte> listKey)
    {
        var count = 0;
        foreach (var gate in Names())
        {
            PublicFile.Write(KeyOf(gate), Seal(gate, ReadDevice(gate), epoch, listKey));
            count++;
        }

        return count;
    }

    /// <summary>The gates.</summary>
    public IEnumerable<string> Names() => Directory.Exists(Path.Combine(targets, "sites"))
        ? Directory.EnumerateFiles(Path.Combine(targets, "sites"), "*.json").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Checks every gate before it is published.</summary>
    /// <param name="province">The province that all documents name.</param>
    /// <param name="published">A gate's site document as it is published now; null where it is new.</param>
    /// <exception cref="CommandFailure">A gate would refuse its document, or a board and something else change at once.</exception>
    public void Check(string province, Func<string, byte[]?> published)
    {
        foreach (var gate in Names())
        {
            var bytes = File.ReadAllBytes(SiteOf(gate));
            DocumentCheck.Site(gate, bytes);
            if (!SiteDocument.TryRead(bytes, out var site, out _) || site.Gate != gate || site.Province != province)
                throw new CommandFailure($"targets/sites/{gate}.json names another gate or another province than {gate} and {province}.");
            if (DocumentCheck.DeviceKeyHash(ReadDevice(gate)) != site.DeviceKeyHash)
                throw new CommandFailure($"targets/sites/{gate}.json names another board than devices/{gate}.pub: use 'province gate replace'.");
            if (!File.Exists(KeyOf(gate)))
                throw new CommandFailure($"targets/keys/{gate} is missing: the gate could not read the list. Use 'province gate replace' or 'province epoch'.");
            if (published($"sites/{gate}.json") is { } before) CheckChange(gate, before, bytes);
        }
    }

    /// <summary>Refuses a change of the board that changes anything else.</summary>
    /// <exception cref="CommandFailure">It does.</exception>
    public static void CheckChange(string gate, byte[] before, byte[] after)
    {
        var (one, two) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject());
        if (JsonNode.DeepEquals(one[DeviceKey], two[DeviceKey])) return;
        one.Remove(DeviceKey);
        two.Remove(DeviceKey);
        if (JsonNode.DeepEquals(one, two)) return;
        var changed = one.Select(static member => member.Key).Union(two.Select(static member => member.Key))
            .Where(name => !JsonNode.DeepEquals(one[name], two[name]));
        throw new CommandFailure(
            $"sites/{gate}.json replaces the board and changes {string.Join(", ", changed)} as well. Replacing a board changes nothing else: publish the board first, then the rest.");
    }

    private static byte[] Seal(string gate, string devicePem, int epoch, ReadOnlySpan<byte> listKey)
    {
        using var device = ECDiffieHellman.Create();
        device.ImportFromPem(devicePem);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return GateKeyEnvelope.Seal(
            listKey, gate, epoch, device.ExportSubjectPublicKeyInfo(), ephemeral, RandomNumberGenerator.GetBytes(GateKeyEnvelope.NonceSize));
    }

    private string SiteOf(string gate) => Path.Combine(targets, "sites", gate + ".json");

    private string KeyOf(string gate) => Path.Combine(targets, "keys", gate);

    private string ReadDevice(string gate)
    {
        var path = Path.Combine(devices, gate + ".pub");
        return File.Exists(path) ? File.ReadAllText(path) : throw new CommandFailure($"devices/{gate}.pub is missing: copy the board's device.pub there.");
    }

    private void Write(string gate, string devicePem, byte[] document, int epoch, ReadOnlySpan<byte> listKey)
    {
        var envelope = Seal(gate, devicePem, epoch, listKey);
        PublicFile.Write(Path.Combine(devices, gate + ".pub"), Encoding.ASCII.GetBytes(devicePem));
        PublicFile.Write(KeyOf(gate), envelope);
        PublicFile.Write(SiteOf(gate), document);
    }
}
