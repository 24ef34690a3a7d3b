using System.Collections.Immutable;
using System.Formats.Cbor;
using System.Text;
using Verifier.AllowList;
using Verifier.Encoding;

namespace Verifier.Credentials.Formats;

/// <summary>
/// The domestic code: <c>ZJ1:</c> + base45(COSE_Sign1(CWT)), uncompressed. Layout, limits and vectors stand in
/// docs/formats/domestic-code.md. Rules, in checking order:
/// <list type="number">
/// <item>Base45 of at most 400 bytes.</item>
/// <item>A strict COSE_Sign1 message.</item>
/// <item>Claims in order, each once, none unknown: an unknown claim may be a condition this program cannot honour.</item>
/// <item>A health code has a colour and no sampling time; a report a sampling time and no colour; a badge neither.</item>
/// <item>A technician's credential, and no other, has a role and the holder's key.</item>
/// <item>Only a health code names a family: 1 to 6 members, none of them twice, none of them the holder.</item>
/// </list>
/// </summary>
internal static class DomesticCode
{
    private const int TextMax = 4 + (CoseSign1.SizeMax * 3 / 2);
    private const int SubjectSize = 16;
    private const int IdSize = 8;
    private const int MembersMax = 6;
    private const int RoleMax = 64;
    private const int HolderKeySize = 64;

    // 1 child, 2 parent, 3 spouse, 4 someone else the holder looks after. Nothing is decided by it.
    private const int RelationMax = 4;
    private const int IssuerMax = 32;
    private const byte StandingMask = 0b1111;
    private const CodeFlags AllFlags = CodeFlags.International | CodeFlags.Assisted | CodeFlags.Static;

    // 9999-12-31T23:59:59Z: the last second that a DateTimeOffset can hold.
    private const long UnixSecondsMax = 253_402_300_799;

    /// <summary>What the text begins with.</summary>
    public static ReadOnlySpan<byte> Prefix => "ZJ1:"u8;

    /// <summary>Decodes the text of a QR code. Never throws.</summary>
    public static DecodeFault Decode(ReadOnlyMemory<byte> text, out Credential? credential)
    {
        credential = null;
        if (text.Length > TextMax) return DecodeFault.Length;
        var bytes = new byte[Base45.DecodedSize(text.Length - Prefix.Length)];
        if (!Base45.TryDecode(text.Span[Prefix.Length..], bytes, out var size)) return DecodeFault.Base45;
        if (!CoseSign1.TryRead(bytes.AsMemory(0, size), out var envelope)) return DecodeFault.Envelope;
        if (!StrictCbor.TryRead(envelope.Payload, ReadClaims, out Claims? claims)) return DecodeFault.Claims;

        credential = new Credential.Document(envelope, claims);
        return DecodeFault.None;
    }

    private static Claims? ReadClaims(CborReader reader)
    {
        string? issuer = null, role = null;
        byte[]? subject = null;
        byte[]? id = null, holderKey = null;
        ImmutableArray<ReadOnlyMemory<byte>>? members = [];
        long? issued = null, expires = null, sampled = null, colour = null, flags = null, kind = null;
        for (var left = reader.ReadStartMap() ?? 0; left > 0; left--)
        {
            switch (reader.ReadInt32())
            {
                case 1: issuer = reader.ReadTextString(); break;
                case 2: subject = reader.ReadByteString(); break;
                case 4: expires = reader.ReadInt64(); break;
                case 6: issued = reader.ReadInt64(); break;
                case 7: id = reader.ReadByteString(); break;
                case 8: holderKey = ReadHolderKey(reader); break;
                case -70001: colour = reader.ReadInt64(); break;
                case -70002: flags = reader.ReadInt64(); break;
                case -70003: members = ReadMembers(reader); break;
                case -70004: kind = reader.ReadInt64(); break;
                case -70005: sampled = reader.ReadInt64(); break;
                case -70006: role = reader.ReadTextString(); break;
                default: return null;
            }
        }

        reader.ReadEndMap();
        var isShaped = issuer is { Length: > 0 and <= IssuerMax } && Ascii.IsValid(issuer) && subject?.Length == SubjectSize
            && id?.Length == IdSize && IsMoment(issued) && IsMoment(expires) && expires > issued
            && flags is null or (> 0 and <= (long)AllFlags) && kind is null or 2 or 3 or 4;
        if (!isShaped || !TryStanding(kind, colour, sampled, out var standing)) return null;
        var isTechnician = kind == (long)DocumentKind.Technician;
        if (isTechnician != IsRole(role) || isTechnician != holderKey?.Length is HolderKeySize) return null;
        if (members is not { } family || !IsFamily(family, kind, subject!)) return null;
        return new Claims
        {
            Kind = kind is null ? DocumentKind.HealthCode : (DocumentKind)kind,
            Issuer = issuer!,
            Subject = subject,
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issued!.Value),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires!.Value),
            SampledAt = sampled is { } moment ? DateTimeOffset.FromUnixTimeSeconds(moment) : null,
            Standing = standing,
            Flags = (CodeFlags)(flags ?? 0),
            Members = family,
            Role = role,
            HolderKey = holderKey,
            Id = id,
        };
    }

    private static bool IsRole(string? role) => role is { Length: > 0 and <= RoleMax } && Ascii.IsValid(role);

    // RFC 8747: {1: COSE_Key}, the key of RFC 9053 section 7.1 on P-256, {1: 2, -1: 1, -2: x, -3: y}.
    private static byte[]? ReadHolderKey(CborReader reader)
    {
        if (reader.ReadStartMap() != 1 || reader.ReadInt32() != 1 || reader.ReadStartMap() != 4) return null;
        if (reader.ReadInt32() != 1 || reader.ReadInt32() != 2 || reader.ReadInt32() != -1 || reader.ReadInt32() != 1) return null;
        if (reader.ReadInt32() != -2) return null;
        var x = reader.ReadByteString();
        if (reader.ReadInt32() != -3) return null;
        var y = reader.ReadByteString();
        reader.ReadEndMap();
        reader.ReadEndMap();
        return x.Length == HolderKeySize / 2 && y.Length == HolderKeySize / 2 ? [.. x, .. y] : null;
    }

    // [[pseudonym, relation], ...]; null when it has another shape.
    private static ImmutableArray<ReadOnlyMemory<byte>>? ReadMembers(CborReader reader)
    {
        if (reader.ReadStartArray() is not (>= 1 and <= MembersMax and var count)) return null;
        var members = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(count);
        for (var index = 0; index < count; index++)
        {
            if (reader.ReadStartArray() != 2) return null;
            var subject = reader.ReadByteString();
            if (subject.Length != SubjectSize || reader.ReadInt32() is < 1 or > RelationMax) return null;
            members.Add(subject);
            reader.ReadEndArray();
        }

        reader.ReadEndArray();
        return members.MoveToImmutable();
    }

    private static bool IsFamily(ImmutableArray<ReadOnlyMemory<byte>> members, long? kind, ReadOnlySpan<byte> holder)
    {
        if (kind is not null && !members.IsEmpty) return false;
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].Span.SequenceEqual(holder)) return false;
            for (var other = 0; other < index; other++)
            {
                if (members[other].Span.SequenceEqual(members[index].Span)) return false;
            }
        }

        return true;
    }

    private static bool TryStanding(long? kind, long? colour, long? sampled, out ListValue standing)
    {
        standing = default;
        var isReport = kind == (long)DocumentKind.NegativeReport;
        if (isReport != sampled.HasValue || (sampled.HasValue && !IsMoment(sampled))) return false;
        if (kind is not null) return colour is null;
        return colour is > 0 and <= StandingMask && ListValue.TryRead((byte)colour, out standing);
    }

    private static bool IsMoment(long? seconds) => seconds is >= 0 and <= UnixSecondsMax;
}
