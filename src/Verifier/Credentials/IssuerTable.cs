using System.Diagnostics.CodeAnalysis;
using Verifier.Trust;

namespace Verifier.Credentials;

/// <summary>The issuers whose credentials count: <c>issuers.json</c>. See docs/formats/documents.md.</summary>
public sealed partial class IssuerTable
{
    /// <summary>Greatest document in bytes.</summary>
    public const int SizeMax = 1024 * 1024;

    /// <summary>Reads the document. Never throws.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out IssuerTable? issuers,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        issuers = null;
        fault = new DocumentFault(DocumentFaultKind.NotJson, string.Empty, $"{json.Length} bytes");
        return false;
    }
}
