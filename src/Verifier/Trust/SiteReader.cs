using System.Diagnostics.CodeAnalysis;

namespace Verifier.Trust;

internal static class SiteReader
{
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SiteDocument? site,
        [NotNullWhen(false)] out DocumentFault? fault)
    {
        site = null;
        fault = new DocumentFault(DocumentFaultKind.NotJson, string.Empty, $"{json.Length} bytes");
        return false;
    }
}
