namespace Distribution;

/// <summary>A signed document, a target or the list cannot be taken; the message is for the technician.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>What was found, what was expected.</summary>
    public RefusedException(string message)
        : base(message)
    {
    }
}
