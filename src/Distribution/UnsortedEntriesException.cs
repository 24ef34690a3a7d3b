using Verifier.AllowList;

namespace Distribution;

/// <summary>Entries that should rise do not: they are unsorted, or one subject stands twice.</summary>
/// <param name="key">The key at which that shows. It is not in the message: it is a pseudonym of a person.</param>
public sealed class UnsortedEntriesException(SubjectKey key)
    : ArgumentException("Entries must rise strictly: these are unsorted, or one subject stands twice.")
{
    /// <summary>The second of the two keys.</summary>
    public SubjectKey Key { get; } = key;
}
