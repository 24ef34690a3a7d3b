using System.Runtime.InteropServices;

namespace Verifier.AllowList;

/// <summary>The kinds of answer the allow-list gives. Only one of them carries a colour.</summary>
public enum ListAnswerKind : byte
{
    /// <summary>There is no list, or its storage could not be read.</summary>
    NoList = 0,

    /// <summary>The subject is listed.</summary>
    Listed = 1,

    /// <summary>The list covers this kind of subject and the subject is not on it.</summary>
    NotListed = 2,

    /// <summary>The list does not cover this kind of subject.</summary>
    OutsideScope = 3,

    /// <summary>The page does not hash to what the province signed. Nothing on it is believed.</summary>
    PageTampered = 4,
}

/// <summary>One answer of the allow-list.</summary>
/// <param name="Kind">What the list can say.</param>
/// <param name="Value">The entry; meaningful only when <paramref name="Kind"/> is <see cref="ListAnswerKind.Listed"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ListAnswer(ListAnswerKind Kind, ListValue Value)
{
    /// <summary>A listed subject.</summary>
    public static ListAnswer Listed(ListValue value) => new(ListAnswerKind.Listed, value);

    /// <summary>An answer without a value.</summary>
    public static ListAnswer Without(ListAnswerKind kind) => new(kind, default);
}
