using System.Security.Cryptography;

namespace CryptoMcp.Cryptography;

/// <summary>
/// BIP-39 recovery phrases in English. A phrase and its seed are secrets and live in <see cref="SecretBytes"/> as UTF-8, never in a
/// string. Messages name the position of a bad word, never the word.
/// </summary>
public static class Bip39
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedLength = 64;

    /// <summary>Longest phrase in bytes that is read; 24 words of 8 letters need 215.</summary>
    public const int MaxPhraseLength = 512;

    private const int SeedIterations = 2048;
    private const int MaxWords = 24;
    private const int MaxWordLength = 8;

    /// <summary>
    /// Writes entropy as a phrase: 16, 20, 24, 28 or 32 bytes give 12, 15, 18, 21 or 24 words, with single spaces between them.
    /// New wallets pass fresh random bytes here.
    /// </summary>
    /// <exception cref="ArgumentException">The entropy has another length.</exception>
    public static SecretBytes FromEntropy(ReadOnlySpan<byte> entropy)
    {
        if (entropy.Length is < 16 or > 32 || entropy.Length % 4 != 0)
        {
            throw new ArgumentException("BIP-39 entropy is 16, 20, 24, 28 or 32 bytes.", nameof(entropy));
        }

        Span<byte> bits = stackalloc byte[33];
        Span<byte> text = stackalloc byte[MaxWords * (MaxWordLength + 1)];
        try
        {
            entropy.CopyTo(bits);
            bits[entropy.Length] = ChecksumByte(entropy);
            int words = entropy.Length / 4 * 3;
            int length = 0;
            for (int i = 0; i < words; i++)
            {
                ReadOnlySpan<byte> word = Bip39EnglishWords.Word(ReadElevenBits(bits, i));
                if (i > 0)
                {
                    text[length++] = (byte)' ';
                }

                word.CopyTo(text[length..]);
                length += word.Length;
            }

            return SecretBytes.CopyOf(text[..length]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bits);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>
    /// Reads a phrase as a person may type it (any ASCII white space, upper or lower case) and checks words and checksum.
    /// </summary>
    /// <param name="phrase">UTF-8 text of 12, 15, 18, 21 or 24 English words.</param>
    /// <returns>The entropy, 16 to 32 bytes.</returns>
    /// <exception cref="FormatException">Wrong number of words, a word outside the list, or a wrong checksum.</exception>
    public static SecretBytes ToEntropy(ReadOnlySpan<byte> phrase)
    {
        if (phrase.Length > MaxPhraseLength)
        {
            throw new FormatException($"The recovery phrase is longer than {MaxPhraseLength} bytes.");
        }

        Span<byte> bits = stackalloc byte[33];
        Span<byte> word = stackalloc byte[MaxWordLength];
        bits.Clear();
        try
        {
            int count = 0;
            while (TakeWord(ref phrase, word, out int length))
            {
                int index = length > MaxWordLength ? -1 : Bip39EnglishWords.IndexOf(word[..length]);
                if (index < 0)
                {
                    throw new FormatException($"Word {count + 1} of the recovery phrase is not in the English BIP-39 list.");
                }

                if (count == MaxWords)
                {
                    throw new FormatException("The recovery phrase has more than 24 words.");
                }

                WriteElevenBits(bits, count++, index);
            }

            if (count < 12 || count % 3 != 0)
            {
                throw new FormatException($"The recovery phrase has {count} words; it must have 12, 15, 18, 21 or 24.");
            }

            int entropyLength = count / 3 * 4;
            if (bits[entropyLength] != ChecksumByte(bits[..entropyLength]))
            {
                throw new FormatException("The checksum of the recovery phrase is wrong: a word is mistyped or out of place.");
            }

            return SecretBytes.CopyOf(bits[..entropyLength]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bits);
            CryptographicOperations.ZeroMemory(word);
        }
    }

    /// <summary>Whether <see cref="ToEntropy"/> accepts the phrase.</summary>
    public static bool IsValid(ReadOnlySpan<byte> phrase)
    {
        try
        {
            ToEntropy(phrase).Dispose();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Stretches a phrase to the 64-byte seed of BIP-32 and SLIP-10: PBKDF2-HMAC-SHA512, 2,048 rounds.</summary>
    /// <param name="phrase">The phrase; checked, and brought to its one spelling first.</param>
    /// <param name="passphrase">The optional extra secret ("25th word") as ASCII.</param>
    /// <exception cref="FormatException">The phrase is not valid.</exception>
    /// <exception cref="ArgumentException">
    /// The passphrase is not ASCII. BIP-39 asks for NFKD; a passphrase normalized in another way opens another wallet, silently.
    /// </exception>
    public static SecretBytes ToSeed(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> passphrase = default)
    {
        if (passphrase.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
        {
            throw new ArgumentException("A passphrase outside printable ASCII must be normalized: use ToSeedFromNormalized.", nameof(passphrase));
        }

        return ToSeedFromNormalized(phrase, passphrase);
    }

    /// <summary>As <see cref="ToSeed"/>, for a passphrase that the caller has already brought to Unicode NFKD.</summary>
    /// <param name="phrase">The phrase; checked, and brought to its one spelling first.</param>
    /// <param name="passphrase">The optional extra secret as UTF-8 in NFKD.</param>
    /// <exception cref="FormatException">The phrase is not valid.</exception>
    public static SecretBytes ToSeedFromNormalized(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> passphrase)
    {
        using SecretBytes entropy = ToEntropy(phrase);
        using SecretBytes canonical = FromEntropy(entropy.Span);
        using var salt = new SecretBytes(8 + passphrase.Length);
        "mnemonic"u8.CopyTo(salt.Span);
        passphrase.CopyTo(salt.Span[8..]);
        var seed = new SecretBytes(SeedLength);
        Rfc2898DeriveBytes.Pbkdf2(canonical.Span, salt.Span, seed.Span, SeedIterations, HashAlgorithmName.SHA512);
        return seed;
    }

    /// <summary>The first ENT/32 bits of the SHA-256 of the entropy, at the top of the byte.</summary>
    private static byte ChecksumByte(ReadOnlySpan<byte> entropy)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(entropy, hash);
        int bits = entropy.Length / 4;
        return (byte)(hash[0] & (0xff00 >> bits));
    }

    private static int ReadElevenBits(ReadOnlySpan<byte> bits, int position)
    {
        int value = 0;
        for (int bit = 11 * position; bit < 11 * position + 11; bit++)
        {
            value = (value << 1) | ((bits[bit >> 3] >> (7 - (bit & 7))) & 1);
        }

        return value;
    }

    private static void WriteElevenBits(Span<byte> bits, int position, int value)
    {
        for (int i = 0; i < 11; i++)
        {
            int bit = 11 * position + i;
            bits[bit >> 3] |= (byte)(((value >> (10 - i)) & 1) << (7 - (bit & 7)));
        }
    }

    /// <summary>Takes the next run of non-white-space in lower case; a length above the buffer means that it did not fit.</summary>
    private static bool TakeWord(ref ReadOnlySpan<byte> phrase, scoped Span<byte> word, out int length)
    {
        ReadOnlySpan<byte> space = " \t\r\n"u8;
        length = 0;
        int start = phrase.IndexOfAnyExcept(space);
        if (start < 0)
        {
            return false;
        }

        phrase = phrase[start..];
        int end = phrase.IndexOfAny(space);
        ReadOnlySpan<byte> found = end < 0 ? phrase : phrase[..end];
        phrase = phrase[found.Length..];
        length = found.Length;
        for (int i = 0; i < Math.Min(found.Length, word.Length); i++)
        {
            word[i] = found[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(found[i] | 0x20) : found[i];
        }

        return true;
    }
}
