namespace CryptoMcp.Sandbox;

/// <summary>The sandbox cannot start or go on. The message says what was wrong and what to do next.</summary>
public sealed class SandboxException : Exception
{
    /// <summary>A problem with what to do about it.</summary>
    public SandboxException(string message)
        : base(message)
    {
    }

    /// <summary>A problem with its cause.</summary>
    public SandboxException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
