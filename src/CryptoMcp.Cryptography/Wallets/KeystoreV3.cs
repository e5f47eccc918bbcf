using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace CryptoMcp.Cryptography;

/// <summary>
/// Web3 Secret Storage, version 3, as geth, ethers and others write it: AES-128-CTR under a key from scrypt or PBKDF2, authenticated by
/// Keccak-256 over the second half of that key and the ciphertext. It holds 1 to 64 bytes: a private key, or the entropy of a recovery
/// phrase. Source: ethereum.org, Web3 Secret Storage Definition.
/// </summary>
public static class KeystoreV3
{
    /// <summary>Longest secret in bytes.</summary>
    public const int MaxSecretLength = 64;

    /// <summary>Random bytes that <see cref="Encrypt"/> takes: 32 of salt, 16 of initial counter, 16 of identifier.</summary>
    public const int RandomnessLength = 64;

    /// <summary>Length of an account address in bytes.</summary>
    public const int AddressLength = 20;

    /// <summary>Opens a keystore.</summary>
    /// <param name="json">The file, UTF-8.</param>
    /// <param name="password">The password, UTF-8, byte for byte as it was given when the file was written.</param>
    /// <returns>The secret, 1 to 64 bytes.</returns>
    /// <exception cref="KeystoreException">The file is malformed, unsupported or too costly, or the password is wrong.</exception>
    public static SecretBytes Decrypt(ReadOnlySpan<byte> json, ReadOnlySpan<byte> password)
    {
        KeystoreFile file = KeystoreFile.Read(json);
        using var derived = new SecretBytes(32);
        file.DeriveKey(password, derived.Span);

        Span<byte> mac = stackalloc byte[Keccak256.DigestLength];
        Authenticate(derived.Span, file.Ciphertext, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, file.Mac))
        {
            throw new KeystoreException(KeystoreFault.WrongPassword, "The password does not open this keystore, or the file is damaged.");
        }

        var secret = new SecretBytes(file.Ciphertext.Length);
        AesCounter.Transform(derived.Span[..16], file.InitialCounter, file.Ciphertext, secret.Span);
        return secret;
    }

    /// <summary>Writes a keystore, encrypted under scrypt.</summary>
    /// <param name="secret">1 to 64 bytes.</param>
    /// <param name="password">The password, UTF-8.</param>
    /// <param name="address">The 20-byte account address to note in the file in clear, or nothing.</param>
    /// <param name="cost">The scrypt cost; <see cref="ScryptCost.Standard"/> for files that must resist guessing.</param>
    /// <param name="randomness">64 fresh bytes of a cryptographic generator, never used again: a repeated counter breaks the cipher.</param>
    /// <returns>The file, UTF-8 JSON.</returns>
    /// <exception cref="ArgumentException">An argument has a wrong length.</exception>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> password, ReadOnlySpan<byte> address, ScryptCost cost, ReadOnlySpan<byte> randomness)
    {
        CheckArguments(secret, address, randomness);
        using var derived = new SecretBytes(32);
        ReadOnlySpan<byte> salt = randomness[..32];
        Scrypt.DeriveKey(password, salt, cost, derived.Span);
        return Write(secret, address, randomness, derived.Span, writer =>
        {
            writer.WriteString("kdf"u8, "scrypt"u8);
            writer.WriteStartObject("kdfparams"u8);
            writer.WriteNumber("dklen"u8, 32);
            writer.WriteNumber("n"u8, cost.N);
            writer.WriteNumber("r"u8, cost.R);
            writer.WriteNumber("p"u8, cost.P);
        });
    }

    /// <summary>As <see cref="Encrypt"/>, under PBKDF2-HMAC-SHA256, for readers that lack scrypt. Weaker against guessing.</summary>
    /// <param name="secret">1 to 64 bytes.</param>
    /// <param name="password">The password, UTF-8.</param>
    /// <param name="address">The 20-byte account address to note in the file in clear, or nothing.</param>
    /// <param name="iterations">Rounds, from 1 to <see cref="MaxIterations"/>; 600,000 is today's advice.</param>
    /// <param name="randomness">64 fresh bytes of a cryptographic generator, never used again.</param>
    public static byte[] EncryptWithPbkdf2(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> password, ReadOnlySpan<byte> address, int iterations, ReadOnlySpan<byte> randomness)
    {
        CheckArguments(secret, address, randomness);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        using var derived = new SecretBytes(32);
        Rfc2898DeriveBytes.Pbkdf2(password, randomness[..32], derived.Span, iterations, HashAlgorithmName.SHA256);
        return Write(secret, address, randomness, derived.Span, writer =>
        {
            writer.WriteString("kdf"u8, "pbkdf2"u8);
            writer.WriteStartObject("kdfparams"u8);
            writer.WriteNumber("dklen"u8, 32);
            writer.WriteNumber("c"u8, iterations);
            writer.WriteString("prf"u8, "hmac-sha256"u8);
        });
    }

    /// <summary>Most PBKDF2 rounds that a file may ask for: about five seconds.</summary>
    public const int MaxIterations = 10_000_000;

    /// <summary>The address that the file claims, without opening it. It is a hint: only the secret proves the address.</summary>
    /// <returns>False when the file names none.</returns>
    /// <exception cref="KeystoreException">The file is malformed or unsupported.</exception>
    public static bool TryReadAddress(ReadOnlySpan<byte> json, Span<byte> address)
    {
        byte[]? claimed = KeystoreFile.Read(json).Address;
        claimed?.CopyTo(address);
        return claimed is not null;
    }

    /// <summary>mac = Keccak-256(second half of the derived key, then the ciphertext).</summary>
    private static void Authenticate(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> ciphertext, Span<byte> mac)
    {
        Span<byte> input = stackalloc byte[16 + MaxSecretLength];
        derived.Slice(16, 16).CopyTo(input);
        ciphertext.CopyTo(input[16..]);
        Keccak256.Hash(input[..(16 + ciphertext.Length)], mac);
        CryptographicOperations.ZeroMemory(input);
    }

    private static void CheckArguments(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> address, ReadOnlySpan<byte> randomness)
    {
        if (secret.Length is 0 or > MaxSecretLength)
        {
            throw new ArgumentException($"A keystore holds 1 to {MaxSecretLength} bytes.", nameof(secret));
        }

        if (address.Length is not (0 or AddressLength))
        {
            throw new ArgumentException("An address has 20 bytes.", nameof(address));
        }

        if (randomness.Length != RandomnessLength)
        {
            throw new ArgumentException($"A keystore takes exactly {RandomnessLength} random bytes.", nameof(randomness));
        }
    }

    private static byte[] Write(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> address, ReadOnlySpan<byte> randomness, ReadOnlySpan<byte> derived,
        Action<Utf8JsonWriter> writeDerivation)
    {
        ReadOnlySpan<byte> counter = randomness.Slice(32, 16);
        Span<byte> ciphertext = stackalloc byte[MaxSecretLength];
        ciphertext = ciphertext[..secret.Length];
        AesCounter.Transform(derived[..16], counter, secret, ciphertext);
        Span<byte> mac = stackalloc byte[Keccak256.DigestLength];
        Authenticate(derived, ciphertext, mac);

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, 3);
            json.WriteString("id"u8, RandomIdentifier(randomness[48..]));
            if (!address.IsEmpty)
            {
                json.WriteString("address"u8, Convert.ToHexStringLower(address));
            }

            json.WriteStartObject("crypto"u8);
            json.WriteString("cipher"u8, "aes-128-ctr"u8);
            json.WriteStartObject("cipherparams"u8);
            json.WriteString("iv"u8, Convert.ToHexStringLower(counter));
            json.WriteEndObject();
            json.WriteString("ciphertext"u8, Convert.ToHexStringLower(ciphertext));
            writeDerivation(json);
            json.WriteString("salt"u8, Convert.ToHexStringLower(randomness[..32]));
            json.WriteEndObject();
            json.WriteString("mac"u8, Convert.ToHexStringLower(mac));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A version-4 UUID (RFC 9562, 5.4) from 16 random bytes.</summary>
    private static Guid RandomIdentifier(ReadOnlySpan<byte> random)
    {
        Span<byte> id = stackalloc byte[16];
        random.CopyTo(id);
        id[6] = (byte)((id[6] & 0x0f) | 0x40);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
