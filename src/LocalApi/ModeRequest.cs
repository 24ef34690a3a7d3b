namespace LocalApi;

/// <summary>What the agent asks of whoever wants to set a mode: the answer of <c>GET /v1/challenge</c>.</summary>
/// <param name="Value">64 hexadecimal digits; it serves once, within 60 s.</param>
/// <param name="Gate">The gate's name, which is signed with it.</param>
public sealed record Challenge(string Value, string Gate);

/// <summary>A technician sets a mode: the body of <c>POST /v1/mode</c>, at most 4 KiB.</summary>
public sealed record ModeRequest
{
    /// <summary>The technician's credential, <c>ZJ1:</c>.</summary>
    public required string Credential { get; init; }

    /// <summary>The lane.</summary>
    public required string Lane { get; init; }

    /// <summary>normal, freeFlow, locked, maintenance or outOfOrder.</summary>
    public required string Mode { get; init; }

    /// <summary>For how long, 1 to 1,440; 0 for normal.</summary>
    public required int Minutes { get; init; }

    /// <summary>The agent's challenge.</summary>
    public required string Challenge { get; init; }

    /// <summary>By the credential's key, base64 of r || s; docs/operating.md says over what.</summary>
    public required string Signature { get; init; }
}

/// <summary>The mode that was set.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Until">When it ends by itself; null for normal.</param>
public sealed record ModeAnswer(string Lane, string Mode, DateTimeOffset? Until);

/// <summary>What a technician carries: made by <c>province technician</c>, kept like a key.</summary>
/// <param name="Credential">The credential's text, which may be seen.</param>
/// <param name="Key">The holder's private key in PEM, which may not.</param>
public sealed record TechnicianFile(string Credential, string Key)
{
    /// <summary>Shows nothing.</summary>
    public override string ToString() => nameof(TechnicianFile);
}
