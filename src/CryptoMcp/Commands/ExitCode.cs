namespace CryptoMcp.Commands;

/// <summary>What the program says to scripts when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>It was tried and failed; the reason is on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file it names, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A check was made and did not pass: a policy that does not load, a journal that does not verify.</summary>
    public const int CheckFailed = 3;

    /// <summary>The guard refused.</summary>
    public const int Refused = 4;
}
