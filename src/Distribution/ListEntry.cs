using System.Runtime.InteropServices;
using Verifier.AllowList;

namespace Distribution;

/// <summary>One subject and its value, on the publisher's side.</summary>
/// <param name="Key">All 128 bits.</param>
/// <param name="Value">A value of <see cref="ListValue.Of"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ListEntry(SubjectKey Key, ListValue Value)
{
    /// <summary>Shows nothing: a key is a pseudonym of a person.</summary>
    public override string ToString() => nameof(ListEntry);
}
