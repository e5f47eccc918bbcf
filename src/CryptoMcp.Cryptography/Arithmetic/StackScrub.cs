using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace CryptoMcp.Cryptography.Arithmetic;

/// <summary>
/// Overwrites the part of the stack that callees have just used: registers that the compiler spilled there may hold pieces of a secret
/// which no variable names, so that clearing variables alone would leave them behind.
/// </summary>
internal static class StackScrub
{
    private const int Bytes = 4096; // more than the deepest chain of frames below a signature

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run()
    {
        Span<byte> used = stackalloc byte[Bytes];
        CryptographicOperations.ZeroMemory(used);
    }
}
