namespace CryptoMcp.Cryptography;

/// <summary>Why a keystore could not be opened.</summary>
public enum KeystoreFault
{
    /// <summary>Not a version-3 keystore: broken JSON, a missing member, a wrong length.</summary>
    Malformed,

    /// <summary>A keystore with a cipher, key derivation or version that is not read here.</summary>
    Unsupported,

    /// <summary>The file asks for more memory or time than is allowed; it may be hostile.</summary>
    TooCostly,

    /// <summary>The authentication code does not match: wrong password, or a damaged file.</summary>
    WrongPassword,
}

/// <summary>A keystore could not be opened. The message never shows the password, a key or file content.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">What was wrong, and where.</param>
/// <param name="inner">The error beneath, if any.</param>
public sealed class KeystoreException(KeystoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why the keystore could not be opened.</summary>
    public KeystoreFault Fault { get; } = fault;
}
