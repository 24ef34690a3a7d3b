namespace GateAgent;

/// <summary>The few arguments of gate-agent. Read by hand: the agent starts at every boot, and a parser library costs it
/// more time than its documents do.</summary>
internal sealed record Arguments
{
    /// <summary>--config.</summary>
    public string? Config { get; init; }

    /// <summary>--root.</summary>
    public string? Root { get; init; }

    /// <summary>--gate.</summary>
    public string? Gate { get; init; }

    /// <summary>Reads pairs of name and value. False for anything else.</summary>
    public static bool TryRead(ReadOnlySpan<string> args, out Arguments arguments)
    {
        arguments = new Arguments();
        if (args.Length % 2 != 0) return false;
        for (var index = 0; index < args.Length; index += 2)
        {
            var value = args[index + 1];
            switch (args[index])
            {
                case "--config" when arguments.Config is null: arguments = arguments with { Config = value }; break;
                case "--root" when arguments.Root is null: arguments = arguments with { Root = value }; break;
                case "--gate" when arguments.Gate is null: arguments = arguments with { Gate = value }; break;
                default: return false;
            }
        }

        return true;
    }
}
