namespace Verifier.Credentials;

/// <summary>Why a payload is no credential.</summary>
public enum DecodeFault : byte
{
    /// <summary>It is one.</summary>
    None = 0,

    /// <summary>Nothing, or more than the carrier's limit.</summary>
    Length,

    /// <summary>A readable text of another kind: a poster, a fare code, a web address.</summary>
    NotAHealthCode,

    /// <summary>The text behind the prefix is not base45.</summary>
    Base45,

    /// <summary>The bytes are not one strict COSE_Sign1 message.</summary>
    Envelope,

    /// <summary>The claims are not those of the format.</summary>
    Claims,

    /// <summary>The file of a card is not of the layout its application has.</summary>
    CardFile,

    /// <summary>The chip makes a new UID at each touch (first byte 08h), so it identifies nobody.</summary>
    RandomUid,
}
