namespace Verifier.AllowList;

/// <summary>What is wrong with a page.</summary>
public enum PageFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Not exactly one page of bytes.</summary>
    WrongSize,

    /// <summary>No entries, or more than a half can hold.</summary>
    BadCount,

    /// <summary>A low-bit width over 55, or not the one that makes the half smallest.</summary>
    BadWidth,

    /// <summary>A reserved byte, padding bit or fill byte is not zero.</summary>
    NotZero,

    /// <summary>The first key is not the one in the index, or keys do not rise strictly, or one is over 56 bits.</summary>
    BadKeys,

    /// <summary>A value that no publisher writes.</summary>
    BadValue,

    /// <summary>The halves name two splits, or the left one has keys from the split on or room for it.</summary>
    BadSplit,
}
