using System.Security.Cryptography;

namespace Distribution.Keys;

/// <summary>
/// Where the device key lies. The list key needs no place of its own: it lies on the disk only as <c>keys/GATE</c>, encrypted
/// to the device key, so where that is sealed the list key is too. One thread at a time.
/// </summary>
public interface IKeyPlace : IDisposable
{
    /// <summary>True when a copy of the card does not hold the key.</summary>
    bool IsSealed { get; }

    /// <summary>The key; null where none was made yet. The caller disposes it.</summary>
    /// <exception cref="KeyPlaceException">There is one and it does not open.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    ECDiffieHellman? Find();

    /// <summary>Keeps a key, once.</summary>
    /// <exception cref="KeyPlaceException">The place does not take it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    void Keep(ECDiffieHellman key);
}

/// <summary>A device key does not open; the message is for the technician and names the ceremony.</summary>
public sealed class KeyPlaceException : IOException
{
    /// <summary>What was found, what to do.</summary>
    public KeyPlaceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
