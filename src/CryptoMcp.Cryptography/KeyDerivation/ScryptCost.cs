namespace CryptoMcp.Cryptography;

/// <summary>Cost parameters of scrypt (RFC 7914), bounded: they may come from a file that somebody else wrote.</summary>
public readonly record struct ScryptCost
{
    /// <summary>Most memory that one derivation may take, in bytes: twice what the standard keystore cost needs.</summary>
    public const long MaxMemory = 512L << 20;

    /// <summary>Most work N·r·p; the standard keystore cost is 2^21 and takes about half a second.</summary>
    public const long MaxWork = 1L << 24;

    private const int MaxN = 1 << 24;
    private const int MaxFactor = 1 << 12;

    /// <summary>Checks and keeps the three parameters.</summary>
    /// <param name="n">CPU and memory cost N, a power of two above 1.</param>
    /// <param name="r">Block size r, in units of 128 bytes.</param>
    /// <param name="p">Parallelization p.</param>
    /// <exception cref="ArgumentException">
    /// N is not a power of two above 1, or the cost exceeds <see cref="MaxMemory"/> or <see cref="MaxWork"/>.
    /// </exception>
    public ScryptCost(int n, int r, int p)
    {
        if (n is < 2 or > MaxN || !int.IsPow2(n) || r is < 1 or > MaxFactor || p is < 1 or > MaxFactor)
        {
            throw new ArgumentException(
                $"scrypt takes a power of two N from 2 to 2^24 and r, p from 1 to {MaxFactor}; got N={n}, r={r}, p={p}.");
        }

        if (128L * n * r + 128L * r * p > MaxMemory || (long)n * r * p > MaxWork)
        {
            throw new ArgumentException($"scrypt with N={n}, r={r}, p={p} asks for more memory or time than is allowed here.");
        }

        (N, R, P) = (n, r, p);
    }

    /// <summary>N = 2^18, r = 8, p = 1: what geth writes by default. 256 MiB, about half a second.</summary>
    public static ScryptCost Standard => new(1 << 18, 8, 1);

    /// <summary>N = 2^12, r = 8, p = 6: geth's light cost. 4 MiB, about 50 ms. For weak machines and tests.</summary>
    public static ScryptCost Light => new(1 << 12, 8, 6);

    /// <summary>CPU and memory cost.</summary>
    public int N { get; }

    /// <summary>Block size in units of 128 bytes.</summary>
    public int R { get; }

    /// <summary>Parallelization.</summary>
    public int P { get; }
}
