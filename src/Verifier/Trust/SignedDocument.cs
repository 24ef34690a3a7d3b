using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Verifier.Trust;

/// <summary>One signature of a metadata document.</summary>
internal readonly record struct DocumentSignature(string KeyId, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The envelope of every metadata document: what is common to the four roles, read and not yet believed.
/// Rules, in checking order: length, strict JSON, signatures of a shape and each key id once, type, specification 1.x,
/// version, expiry, the role's own members, a canonical form. A signature may be empty: it counts for nothing.
/// </summary>
internal sealed record SignedDocument
{
    public const int SignaturesMax = 64;
    public const int KeyIdMax = 128;

    /// <summary>Greater than any signature of a standardised scheme, so that one this program does not know can be passed over.</summary>
    private const int SignatureSizeMax = 50_000;
    private const int SpecificationMax = 16;

    /// <summary>The role's name, for faults: that of a delegated role where it is one.</summary>
    public required string Name { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public required IReadOnlyList<DocumentSignature> Signatures { get; init; }

    /// <summary>The canonical bytes that are signed.</summary>
    public required ReadOnlyMemory<byte> Message { get; init; }

    public static string Word(TrustRole role) => role switch
    {
        TrustRole.Root => "root",
        TrustRole.Timestamp => "timestamp",
        TrustRole.Snapshot => "snapshot",
        TrustRole.Targets => "targets",
        _ => "none",
    };

    /// <summary>Reads a document of a role, its own members by the reading. Never throws.</summary>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> source,
        TrustRole role,
        int sizeMax,
        Func<MetadataReading, JsonElement, T> content,
        [NotNullWhen(true)] out SignedDocument? document,
        out T? value,
        [NotNullWhen(false)] out TrustFault? fault,
        string? name = null)
        where T : class
    {
        var reading = new MetadataReading(name ?? Word(role));
        (document, value) = Read(reading, source, role, sizeMax, content);
        fault = reading.Fault;
        return document is not null && fault is null;
    }

    private static (SignedDocument? Document, T? Value) Read<T>(
        MetadataReading reading, ReadOnlyMemory<byte> source, TrustRole role, int sizeMax, Func<MetadataReading, JsonElement, T> content)
        where T : class
    {
        if (source.Length > sizeMax)
        {
            reading.Report(TrustFaultKind.TooLarge, string.Empty, $"{source.Length} bytes", $"at most {sizeMax}");
            return default;
        }

        try
        {
            using var json = JsonDocument.Parse(source, CanonicalJson.Parsing);
            var signatures = ReadSignatures(reading, json.RootElement);
            var signed = reading.Object(json.RootElement, "signed");
            CheckType(reading, signed, role);
            var version = reading.Number(signed, "version", 1);
            var expires = reading.Moment(signed, "expires");
            var value = reading.IsSound ? content(reading, signed) : null;
            var message = new ArrayBufferWriter<byte>(source.Length + 1);
            if (reading.IsSound && !CanonicalJson.TryWrite(signed, message))
                reading.Report(TrustFaultKind.NotJson, string.Empty, "a number or text without a canonical form", "canonical JSON");
            if (!reading.IsSound) return default;
            var document = new SignedDocument
            {
                Name = reading.Document,
                Version = version,
                Expires = expires,
                Signatures = signatures,
                Message = message.WrittenMemory,
            };
            return (document, value);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The second is how the library says half a surrogate pair.
            reading.Report(TrustFaultKind.NotJson, string.Empty, $"{source.Length} bytes that are no strict JSON", "strict JSON");
            return default;
        }
    }

    private static List<DocumentSignature> ReadSignatures(MetadataReading reading, JsonElement root)
    {
        var signatures = new List<DocumentSignature>();
        var list = reading.List(root, "signatures", SignaturesMax);
        if (!reading.IsSound) return signatures;
        var keyIds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            var keyId = reading.Text(item, "keyid", KeyIdMax);
            if (reading.IsSound && !keyIds.Add(keyId))
                reading.Report(TrustFaultKind.BadMember, "signatures", $"key {MetadataReading.Short(keyId)} twice", "each key id once");
            signatures.Add(new DocumentSignature(keyId, reading.Hex(item, "sig", SignatureSizeMax)));
        }

        return signatures;
    }

    private static void CheckType(MetadataReading reading, JsonElement signed, TrustRole role)
    {
        var type = reading.Text(signed, "_type", SpecificationMax);
        if (reading.IsSound && type != Word(role))
            reading.Report(TrustFaultKind.WrongType, "_type", MetadataReading.Short(type), Word(role));
        var specification = reading.Text(signed, "spec_version", SpecificationMax);
        if (reading.IsSound && !specification.StartsWith("1.", StringComparison.Ordinal))
            reading.Report(TrustFaultKind.WrongSpecification, "spec_version", specification, "1.x");
    }
}
