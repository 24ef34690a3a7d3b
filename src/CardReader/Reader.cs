namespace CardReader;

/// <summary>The device behind a reader is gone or never was there. The reader is run again after a pause.</summary>
public sealed class ReaderException : IOException
{
    /// <summary>What was found and what to do.</summary>
    public ReaderException(string message)
        : base(message)
    {
    }

    /// <summary>What was found and what to do, and what caused it.</summary>
    public ReaderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>One reader. It opens its device when run, and closes it when the run ends.</summary>
public abstract class Reader
{
    /// <summary>A reader of a name.</summary>
    protected Reader(string name) => Name = name;

    /// <summary>The name from the configuration.</summary>
    public string Name { get; }

    /// <summary>Reads until stopped, and shows each presentation as it is complete.</summary>
    /// <param name="show">Takes a presentation; returns at once; called from one thread at a time.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="ReaderException">The device is gone or cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public abstract Task RunAsync(Action<Presentation> show, CancellationToken stop);
}
