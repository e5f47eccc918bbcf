using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Money;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Keys;

/// <summary>A wallet as everybody may know it.</summary>
/// <param name="Name">Name in the policy.</param>
/// <param name="Kind"><c>mnemonic</c>, <c>evm-key</c> or <c>solana-key</c>.</param>
/// <param name="Addresses">The accounts by CAIP-2 namespace, <c>eip155</c> before <c>solana</c>; an imported key has one.</param>
/// <param name="Created">When the file was made.</param>
/// <param name="HasPassphraseFile">True when the guard can open it by itself.</param>
public sealed record WalletInfo(
    string Name, string Kind, IReadOnlyDictionary<string, string> Addresses, DateTimeOffset Created, bool HasPassphraseFile)
{
    /// <summary>The EVM account.</summary>
    /// <exception cref="KeyNotFoundException">The wallet has none: it was imported from a Solana key.</exception>
    public EvmAddress EvmAddress => EvmAddress.Parse(Addresses[ChainId.Eip155]);

    /// <summary>The addresses in one line, for people.</summary>
    public string AddressText => string.Join(" ", Addresses.Values);
}

/// <summary>
/// The encrypted wallets of a home. A wallet that the guard must open without a person gets a random passphrase of 256
/// bits in a file beside it that only the guard's user can read: this keeps the key out of backups of the wallet file
/// alone, and no more. For real money the guard runs under an account of its own, or the owner types the passphrase.
/// </summary>
public sealed class WalletStore(GuardHome home, TimeProvider clock)
{
    private const string EvmPath = "m/44'/60'/0'/0/0";

    // As Phantom and the Solana CLI derive the first account.
    private const string SolanaPath = "m/44'/501'/0'/0'";

    // A random 256-bit passphrase cannot be guessed, so stretching it buys nothing; a typed one needs all the stretching it can get.
    private static readonly ScryptCost s_costForRandomPassphrase = new(1 << 13, 8, 1);

    /// <summary>The wallets on disk, by name.</summary>
    public IReadOnlyList<WalletInfo> List() => [.. Files().Select(Read).Select(file => InfoOf(file, File.Exists(PassphraseFileOf(file.Name))))];

    /// <summary>Makes a wallet from fresh randomness.</summary>
    /// <param name="name">1 to 40 characters of <c>[a-z0-9-]</c>.</param>
    /// <param name="passphrase">UTF-8 passphrase, or null for a random one kept in a private file.</param>
    public WalletInfo Create(string name, SecretBytes? passphrase)
    {
        using var entropy = new SecretBytes(32);
        RandomNumberGenerator.Fill(entropy.Span);
        return Store(name, WalletFile.Mnemonic, entropy, passphrase);
    }

    /// <summary>Imports a BIP-39 phrase.</summary>
    /// <exception cref="FormatException">The phrase is not valid.</exception>
    public WalletInfo ImportMnemonic(string name, SecretBytes phrase, SecretBytes? passphrase)
    {
        using var entropy = Bip39.ToEntropy(phrase.Span);
        return Store(name, WalletFile.Mnemonic, entropy, passphrase);
    }

    /// <summary>Imports a raw secp256k1 key.</summary>
    public WalletInfo ImportEvmKey(string name, SecretBytes key, SecretBytes? passphrase) => Secp256k1.IsPrivateKey(key.Span)
        ? Store(name, WalletFile.EvmKey, key, passphrase)
        : throw new GuardException("invalid_key", "The key is not a secp256k1 private key.", "Enter 64 hexadecimal digits, neither zero nor beyond the curve's order.");

    /// <summary>Imports a Solana CLI keypair file: a JSON array of 64 bytes, the seed and then the public key.</summary>
    /// <exception cref="GuardException">The text is no such file, or its halves do not belong together.</exception>
    public WalletInfo ImportSolanaKeypair(string name, SecretBytes json, SecretBytes? passphrase)
    {
        using var seed = SolanaKeypair.ReadSeed(json.Span);
        return Store(name, WalletFile.SolanaKey, seed, passphrase);
    }

    /// <summary>The recovery phrase of a wallet, for the owner's terminal.</summary>
    public SecretBytes RevealPhrase(string name, SecretBytes? passphrase)
    {
        var file = Read(FileOf(name));
        if (file.Kind != WalletFile.Mnemonic)
        {
            throw new GuardException("no_phrase", $"Wallet '{name}' was imported as a raw key and has no recovery phrase.", "Keep the key that you imported it from.");
        }

        using var entropy = Open(file, passphrase);
        return Bip39.FromEntropy(entropy.Span);
    }

    /// <summary>Opens a wallet and hands the keys of its accounts to the ring.</summary>
    internal void Unlock(string name, SecretBytes? passphrase, KeyRing keys)
    {
        var file = Read(FileOf(name));
        var secret = Open(file, passphrase);
        switch (file.Kind)
        {
            case WalletFile.EvmKey:
                keys.AddEvm(secret);
                break;
            case WalletFile.SolanaKey:
                keys.AddSolana(secret);
                break;
            default:
                using (secret)
                {
                    var (evm, solana) = Derive(secret);
                    keys.AddEvm(evm);
                    keys.AddSolana(solana);
                }

                break;
        }
    }

    private WalletInfo Store(string name, string kind, SecretBytes secret, SecretBytes? passphrase)
    {
        CheckName(name);
        home.Prepare();
        if (File.Exists(FileOf(name)))
        {
            throw new GuardException("wallet_exists", $"There is a wallet '{name}' already.", "Choose another name; wallets are never overwritten.");
        }

        var (evm, solana) = AddressesOf(kind, secret);
        using var generated = passphrase is null ? RandomPassphrase() : null;

        // The format has room for one address of 20 bytes, which is shown only.
        Span<byte> address = stackalloc byte[EvmAddress.Size];
        evm?.WriteTo(address);
        var keystore = KeystoreV3.Encrypt(
            secret.Span,
            (passphrase ?? generated)!.Span,
            evm is null ? default : address,
            passphrase is null ? s_costForRandomPassphrase : ScryptCost.Standard,
            RandomNumberGenerator.GetBytes(KeystoreV3.RandomnessLength));
        var file = new WalletFile
        {
            Name = name,
            Kind = kind,
            EvmAddress = evm?.ToString(),
            EvmPath = kind == WalletFile.Mnemonic ? EvmPath : null,
            SolanaAddress = solana?.ToString(),
            SolanaPath = kind == WalletFile.Mnemonic ? SolanaPath : null,
            Created = clock.GetUtcNow(),
            Keystore = JsonElement.Parse(keystore),
        };
        if (generated is not null)
        {
            GuardHome.WritePrivateFile(PassphraseFileOf(name), generated.Span);
        }

        GuardHome.WritePrivateFile(FileOf(name), JsonSerializer.SerializeToUtf8Bytes(file, WalletJson.Default.WalletFile));
        return InfoOf(file, passphrase is null);
    }

    private static WalletInfo InfoOf(WalletFile file, bool hasPassphraseFile)
    {
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (file.EvmAddress is { } evm)
        {
            addresses.Add(ChainId.Eip155, EvmAddress.Parse(evm).ToString());
        }

        if (file.SolanaAddress is { } solana)
        {
            addresses.Add(ChainId.Solana, Pubkey.Parse(solana).ToString());
        }

        return new(file.Name, file.Kind, addresses, file.Created, hasPassphraseFile);
    }

    private SecretBytes Open(WalletFile file, SecretBytes? passphrase)
    {
        using var stored = passphrase is null ? ReadPassphrase(file.Name) : null;
        try
        {
            return KeystoreV3.Decrypt(Encoding.UTF8.GetBytes(file.Keystore.GetRawText()), (passphrase ?? stored)!.Span);
        }
        catch (KeystoreException e)
        {
            throw new GuardException("wrong_passphrase", $"The passphrase does not open wallet '{file.Name}'.", "Try again, or restore the passphrase file from your backup.", e);
        }
    }

    private SecretBytes ReadPassphrase(string name)
    {
        // systemd hands secrets over in a private directory (LoadCredential=); anywhere else it is the file beside the wallet.
        var credentials = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        var path = credentials is null ? PassphraseFileOf(name) : Path.Combine(credentials, $"cryptomcp-{name}");
        if (!File.Exists(path))
        {
            throw new GuardException("wallet_locked", $"Wallet '{name}' needs its passphrase.", "Start 'cryptomcp guard' in a terminal and enter it there.");
        }

        if (credentials is null)
        {
            GuardHome.CheckPrivateFile(path);
        }

        Span<byte> buffer = stackalloc byte[256];
        using var file = File.OpenHandle(path);
        var length = RandomAccess.Read(file, buffer, 0);
        return SecretBytes.TakeFrom(buffer[..length]);
    }

    private static SecretBytes RandomPassphrase()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        var text = new SecretBytes(Base64Url.GetEncodedLength(random.Length));
        Base64Url.EncodeToUtf8(random, text.Span);
        CryptographicOperations.ZeroMemory(random);
        return text;
    }

    /// <summary>The keys of a mnemonic's two accounts, from its entropy.</summary>
    private static (SecretBytes Evm, SecretBytes Solana) Derive(SecretBytes entropy)
    {
        using var phrase = Bip39.FromEntropy(entropy.Span);
        using var seed = Bip39.ToSeed(phrase.Span);
        return (Bip32.DerivePrivateKey(seed.Span, EvmPath), Slip10.DerivePrivateKey(seed.Span, SolanaPath));
    }

    private static (EvmAddress? Evm, Pubkey? Solana) AddressesOf(string kind, SecretBytes secret)
    {
        switch (kind)
        {
            case WalletFile.EvmKey:
                return (EvmAddressOf(secret), null);
            case WalletFile.SolanaKey:
                return (null, SolanaAddressOf(secret));
            default:
                var (evm, solana) = Derive(secret);
                using (evm)
                using (solana)
                {
                    return (EvmAddressOf(evm), SolanaAddressOf(solana));
                }
        }
    }

    private static EvmAddress EvmAddressOf(SecretBytes key)
    {
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeyLength];
        Secp256k1.DerivePublicKey(key.Span, publicKey);
        return EvmAddress.FromPublicKey(publicKey);
    }

    private static Pubkey SolanaAddressOf(SecretBytes seed)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeyLength];
        Ed25519.DerivePublicKey(seed.Span, publicKey);
        return new(publicKey);
    }

    private IEnumerable<string> Files() => Directory.Exists(home.Wallets)
        ? Directory.EnumerateFiles(home.Wallets, "*.json").Order(StringComparer.Ordinal)
        : [];

    private WalletFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new GuardException(
                "unknown_wallet",
                $"There is no wallet '{Path.GetFileNameWithoutExtension(path)}'.",
                $"Wallets here: {string.Join(", ", Files().Select(Path.GetFileNameWithoutExtension).DefaultIfEmpty("none"))}.");
        }

        GuardHome.CheckPrivateFile(path);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WalletJson.Default.WalletFile) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new GuardException("wallet_unreadable", $"The wallet file '{path}' is damaged: {e.Message}", "Restore it from your backup, or import the recovery phrase under another name.", e);
        }
    }

    private string FileOf(string name) => Path.Combine(home.Wallets, name + ".json");

    private string PassphraseFileOf(string name) => Path.Combine(home.Wallets, name + ".passphrase");

    private static void CheckName(string name)
    {
        if (name.Length is < 1 or > 40 || name[0] == '-' || name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            throw new GuardException("invalid_name", $"'{name}' is no name for a wallet.", "Use 1 to 40 lower-case letters, digits and hyphens.");
        }
    }
}
