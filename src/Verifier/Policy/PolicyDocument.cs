using System.Diagnostics.CodeAnalysis;
using Verifier.Trust;

namespace Verifier.Policy;

/// <summary>The province's rules: <c>policy.json</c>. See docs/formats/documents.md.</summary>
public sealed partial class PolicyDocument
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 256 * 1024;

    /// <summary>The province's code, two digits.</summary>
    public required string Province { get; init; }

    /// <summary>Version, from 1, rising.</summary>
    public required int Version { get; init; }

    /// <summary>The number people call: 12345.</summary>
    public required string Hotline { get; init; }

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out PolicyDocument? policy,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        policy = null;
        fault = new DocumentFault(DocumentFaultKind.NotJson, string.Empty, $"{json.Length} bytes");
        return false;
    }
}
