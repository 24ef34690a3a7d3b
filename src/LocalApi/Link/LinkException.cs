namespace LocalApi.Link;

/// <summary>The link is gone, or its peer broke the format or its limits; the message is for the technician.</summary>
public sealed class LinkException : IOException
{
    /// <summary>What was found.</summary>
    public LinkException(string message)
        : base(message)
    {
    }

    /// <summary>What was found, and what caused it.</summary>
    public LinkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
