using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;

namespace Province.Documents;

/// <summary>Reads documents before they are signed as a gate will read them after: what a gate would refuse is not signed.</summary>
internal static class DocumentCheck
{
    /// <summary>Checks a target by its path. Other targets than the three kinds of documents are not looked into.</summary>
    /// <exception cref="CommandFailure">A gate would refuse it.</exception>
    public static void Target(string path, byte[] bytes)
    {
        if (path == "policy.json") Policy(bytes);
        else if (path == "issuers.json") Issuers(bytes);
        else if (path.StartsWith("sites/", StringComparison.Ordinal)) Site(path, bytes);
    }

    /// <summary>Checks the policy.</summary>
    /// <exception cref="CommandFailure">A gate would refuse it.</exception>
    public static void Policy(byte[] bytes)
    {
        if (!PolicyDocument.TryRead(bytes, out _, out var fault)) throw Refused("policy.json", fault);
    }

    private static void Issuers(byte[] bytes)
    {
        if (!IssuerTable.TryRead(bytes, out _, out var fault)) throw Refused("issuers.json", fault);
    }

    private static void Site(string path, byte[] bytes)
    {
        if (!SiteDocument.TryRead(bytes, out _, out var fault)) throw Refused(path, fault);
    }

    private static CommandFailure Refused(string path, DocumentFault fault) => new($"A gate would refuse {path}: {fault}");
}
