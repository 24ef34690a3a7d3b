using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Verifier.Trust;

/// <summary>One role that a targets document delegates paths to.</summary>
/// <param name="Name">The role's name; never that of a top-level role.</param>
/// <param name="Keys">Whose signatures it needs.</param>
/// <param name="IsTerminating">True when the search ends with this role for every path that it is given.</param>
/// <param name="Patterns">Path patterns, see <see cref="PathPattern"/>.</param>
/// <param name="HashPrefixes">Beginnings of the path's SHA-256, lower-case hexadecimal.</param>
internal sealed record Delegation(
    string Name, RoleKeys Keys, bool IsTerminating, IReadOnlyList<string> Patterns, IReadOnlyList<string> HashPrefixes)
{
    /// <summary>True when the path is given to this role.</summary>
    public bool Covers(string path, string pathHash)
    {
        foreach (var pattern in Patterns)
        {
            if (PathPattern.Match(pattern, path)) return true;
        }

        foreach (var prefix in HashPrefixes)
        {
            if (pathHash.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}

/// <summary>
/// Hash bins (TAP 15): 2^bits roles named <c>PREFIX-NN</c>, NN the leading bits of the path's SHA-256 in hexadecimal, all
/// under the same keys. Every bin is terminating.
/// </summary>
/// <param name="Keys">Whose signatures every bin needs.</param>
/// <param name="BitLength">1 to 32.</param>
/// <param name="NamePrefix">What the names begin with.</param>
internal sealed record SuccinctRoles(RoleKeys Keys, int BitLength, string NamePrefix)
{
    public const int BitLengthMax = 32;

    /// <summary>The bin of a path.</summary>
    public Delegation BinOf(ReadOnlySpan<byte> pathHash)
    {
        var bin = BinaryPrimitives.ReadUInt32BigEndian(pathHash) >> (BitLengthMax - BitLength);
        var digits = bin.ToString("x", CultureInfo.InvariantCulture).PadLeft((BitLength + 3) / 4, '0');
        return new Delegation($"{NamePrefix}-{digits}", Keys, IsTerminating: true, [], []);
    }
}

/// <summary>Whom a targets document delegates to: roles in the order of their precedence, or hash bins.</summary>
/// <param name="Keys">The keys that it trusts them with.</param>
/// <param name="Roles">Roles, the first found counts.</param>
/// <param name="Bins">Hash bins; null when there are roles.</param>
internal sealed record Delegations(KeyRing Keys, IReadOnlyList<Delegation> Roles, SuccinctRoles? Bins)
{
    /// <summary>The roles that a path is given to, in order. A terminating one is the last.</summary>
    public List<Delegation> Covering(string path)
    {
        var hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path));
        if (Bins is not null) return [Bins.BinOf(hash)];
        var hex = Convert.ToHexStringLower(hash);
        var covering = new List<Delegation>();
        foreach (var role in Roles)
        {
            if (!role.Covers(path, hex)) continue;
            covering.Add(role);
            if (role.IsTerminating) break;
        }

        return covering;
    }
}
