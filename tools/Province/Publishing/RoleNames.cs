using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Province.Publishing;

/// <summary>
/// The roles of a province's repository and the paths that each signs for; docs/formats/trust.md. Up to
/// <see cref="GatesPerDocument"/> gates stand in one document; more are spread over hash bins for good, so that a gate
/// reads little when another changes. A bin costs a gate some 4 bytes of the compressed snapshot, whenever it is read whole.
/// </summary>
internal static class RoleNames
{
    /// <summary>Signs the roots.</summary>
    public const string Root = "root";

    /// <summary>Signs which snapshot is the newest.</summary>
    public const string Timestamp = "timestamp";

    /// <summary>Signs which documents belong together.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Signs policy, issuers and orders, and whom the rest is delegated to.</summary>
    public const string Targets = "targets";

    /// <summary>Signs <c>sites/*</c>.</summary>
    public const string Sites = "sites";

    /// <summary>Signs <c>keys/*</c>.</summary>
    public const string Keys = "keys";

    /// <summary>Signs <c>list/*</c>: the base and the changes of the last hours.</summary>
    public const string List = "list";

    /// <summary>Signs <c>list/delta-*</c>, after <see cref="List"/>: what only gates read that were away.</summary>
    public const string Closing = "list-closing";

    /// <summary>So many gates stand in one document before there are bins.</summary>
    public const int GatesPerDocument = 128;

    /// <summary>The leading bits of a path's hash that choose its bin: 256 bins, two hexadecimal digits. Of 10,000 gates one holds 39.</summary>
    public const int BinBits = 8;

    /// <summary>Every role that has keys of its own.</summary>
    public static IReadOnlyList<string> All { get; } = [Root, Targets, Snapshot, Timestamp, Sites, Keys, List, Closing];

    /// <summary>The roles whose keys a root names.</summary>
    public static IReadOnlyList<string> TopLevel { get; } = [Root, Timestamp, Snapshot, Targets];

    /// <summary>The role whose keys sign a document: bins have those of their role.</summary>
    public static string KeyRoleOf(string document)
    {
        if (All.Contains(document)) return document;
        var end = document.LastIndexOf('-');
        return end > 0 ? document[..end] : document;
    }

    /// <summary>The bin of a path.</summary>
    public static string BinOf(string role, string path)
    {
        var bin = SHA256.HashData(Encoding.UTF8.GetBytes(path))[0] >> (8 - BinBits);
        return NameOf(role, bin);
    }

    /// <summary>Every bin of a role.</summary>
    public static IEnumerable<string> BinsOf(string role) =>
        Enumerable.Range(0, 1 << BinBits).Select(bin => NameOf(role, bin));

    private static string NameOf(string role, int bin) => string.Create(CultureInfo.InvariantCulture, $"{role}-{bin:x2}");
}
