using System.Globalization;

namespace CryptoMcp.Cryptography.Tests;

public sealed class SecretBytesTests
{
    [Fact]
    public void A_secret_starts_as_zeros_and_keeps_what_is_written()
    {
        using var secret = new SecretBytes(5_000);
        Assert.Equal(5_000, secret.Length);
        Assert.Equal(new byte[5_000], secret.Span.ToArray());
        secret.Span[4_999] = 7;
        Assert.Equal(7, secret.Span[4_999]);
    }

    [Fact]
    public void Taking_a_secret_zeroes_its_source()
    {
        byte[] source = [1, 2, 3];
        using SecretBytes secret = SecretBytes.TakeFrom(source);
        Assert.Equal(new byte[3], source);
        Assert.Equal([1, 2, 3], secret.Span.ToArray());
    }

    [Fact]
    public void A_disposed_secret_cannot_be_read()
    {
        SecretBytes secret = SecretBytes.CopyOf([1, 2, 3]);
        secret.Dispose();
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
    }

    [Fact]
    public void Text_shows_nothing()
    {
        using SecretBytes secret = SecretBytes.CopyOf("hunter2"u8);
        Assert.Equal("SecretBytes", secret.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 20) + 1)]
    public void Odd_lengths_are_refused(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new SecretBytes(length));

    [Fact]
    public void On_Linux_the_pages_are_locked_and_left_out_of_dumps()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/smaps, which only Linux has.");
        using SecretBytes secret = SecretBytes.CopyOf([1, 2, 3]);
        Assert.SkipUnless(secret.IsLocked, "The system does not let this account lock memory (ulimit -l).");
        ulong address = Address(secret);
        string flags = FlagsOf(address);
        Assert.Contains(" lo", flags, StringComparison.Ordinal); // VM_LOCKED
        Assert.Contains(" dd", flags, StringComparison.Ordinal); // VM_DONTDUMP
    }

    private static unsafe ulong Address(SecretBytes secret)
    {
        fixed (byte* pointer = secret.Span)
        {
            return (ulong)pointer;
        }
    }

    /// <summary>The VmFlags line of the mapping that holds an address.</summary>
    private static string FlagsOf(ulong address)
    {
        bool inside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] range = line.Split(' ')[0].Split('-');
            if (range.Length == 2 && ulong.TryParse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong from))
            {
                inside = from <= address && address < ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
            else if (inside && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }
}
