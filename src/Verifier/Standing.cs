using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;

namespace Verifier;

/// <summary>
/// The standing of a code's holder, from the code and the list. Rules, in checking order:
/// <list type="number">
/// <item>A list that is tampered with or unreadable leaves nothing known, whatever the code says.</item>
/// <item>A home code newer than the list stands for itself; of the same age, the stricter of the two.</item>
/// <item>A home code older than the list yields to it; not listed there is not listed.</item>
/// <item>A mapped code stands as mapped, or as listed where that is stricter: it never overrides red.</item>
/// <item>Where the policy lets only the list count, the code's colour and dates are not looked at.</item>
/// <item>Where the policy lets only signatures count, an older home code leaves nothing known.</item>
/// </list>
/// </summary>
internal static class Standing
{
    public static ListValue? Of(ListAnswer answer, Claims claims, Issuer issuer, DateTimeOffset listAsOf, StaleRule rule)
    {
        if (answer.Kind is ListAnswerKind.NoList or ListAnswerKind.PageTampered) return null;
        ListValue? listed = answer.Kind == ListAnswerKind.Listed ? answer.Value : null;
        if (rule == StaleRule.ListOnly) return listed;

        var own = issuer.Map(claims.Standing);
        if (!issuer.IsHome) return listed is { } other ? Stricter(own, other) : own;
        if (claims.IssuedAt > listAsOf) return own;
        if (rule == StaleRule.SignedOnly) return null;
        if (claims.IssuedAt == listAsOf && listed is { } same) return Stricter(own, same);
        return listed;
    }

    // Red before yellow before green; within yellow, fever with history before without before region.
    private static ListValue Stricter(ListValue one, ListValue other) =>
        (one.Colour, one.YellowReason).CompareTo((other.Colour, other.YellowReason)) <= 0 ? one : other;
}
