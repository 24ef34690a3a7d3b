namespace Province;

/// <summary>What a command could not do, in words for its user: what was found, what was expected, what to do.</summary>
internal sealed class CommandFailure : Exception
{
    /// <summary>A failure without words; there is none.</summary>
    public CommandFailure()
    {
    }

    /// <summary>A failure in words.</summary>
    public CommandFailure(string message)
        : base(message)
    {
    }

    /// <summary>A failure in words, with its cause.</summary>
    public CommandFailure(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
