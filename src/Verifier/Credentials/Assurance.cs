namespace Verifier.Credentials;

/// <summary>How strongly a credential is bound to what it claims. A greater value is a stronger binding.</summary>
public enum Assurance : byte
{
    /// <summary>Nothing is bound.</summary>
    None = 0,

    /// <summary>A chip's UID, which anyone can copy.</summary>
    CardUid = 1,

    /// <summary>A number read from a card's file, which a prepared card can imitate.</summary>
    CardFile = 2,

    /// <summary>A document whose signature holds; the picture of it can be forwarded.</summary>
    Signed = 3,

    /// <summary>The card or phone answered a fresh challenge.</summary>
    ChallengeProved = 4,
}
