using System.CommandLine;
using System.Text;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Money;

namespace CryptoMcp.Commands;

/// <summary><c>wallet</c>: make, import, list and back up wallets. Secrets pass through the terminal only.</summary>
internal static class WalletCommand
{
    private static readonly Argument<string> s_name = new("NAME")
    {
        Description = "Name of the wallet: lower-case letters, digits and hyphens.",
        DefaultValueFactory = _ => "main",
    };

    public static Command Create()
    {
        var wallet = new Command("wallet", "Make, import, list and back up wallets. Secrets pass through the terminal only, never through arguments.");
        wallet.Subcommands.Add(New());
        wallet.Subcommands.Add(Import());
        wallet.Subcommands.Add(List());
        wallet.Subcommands.Add(Backup());
        wallet.Subcommands.Add(Remote());
        return wallet;
    }

    private static Command New()
    {
        var command = new Command("new", "Make a wallet from fresh randomness and store it encrypted.");
        command.Arguments.Add(s_name);
        command.Run((parsed, _) =>
        {
            Terminal.Require("'wallet new'");
            using var passphrase = Terminal.ReadNewPassphrase();
            var made = Store(parsed).Create(parsed.GetRequiredValue(s_name), passphrase);
            Console.Out.WriteLine($"Made wallet '{made.Name}' with {made.AddressText}.");
            Console.Out.WriteLine($"Write its recovery phrase down: cryptomcp wallet backup {made.Name}");
            Console.Out.WriteLine("A wallet acts only where the policy names it under \"wallets\".");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Remote()
    {
        var url = new Argument<Uri>("URL") { Description = "Where the signer listens, such as https://signer.internal:9000." };
        var address = new Argument<string>("ADDRESS") { Description = "The EVM account whose key it holds." };
        var command = new Command("remote", "Let a remote signer with Web3Signer's eth1 API sign for an account; every signature is verified here.");
        command.Arguments.Add(url);
        command.Arguments.Add(address);
        command.Run((parsed, _) =>
        {
            var signer = RemoteSigner.Add(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), parsed.GetRequiredValue(url), parsed.GetRequiredValue(address));
            Console.Out.WriteLine($"{signer.Url} signs for {signer.Address} from the guard's next start on. It acts only where the policy names that address under \"wallets\".");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Import()
    {
        var keypair = new Option<FileInfo>("--keypair") { Description = "A keypair file of the Solana CLI to import instead.", HelpName = "FILE" };
        var command = new Command("import", "Import a recovery phrase (BIP-39) or an EVM private key (64 hexadecimal digits), typed at the terminal, or a Solana keypair file.");
        command.Arguments.Add(s_name);
        command.Options.Add(keypair);
        command.Run((parsed, _) =>
        {
            Terminal.Require("'wallet import'");
            using var secret = (parsed.GetValue(keypair) is { } file ? ReadKeypair(file) : Terminal.ReadSecret("Recovery phrase or private key (not shown): "))
                ?? throw new GuardException("nothing_entered", "Nothing was entered.", "Type or paste the phrase or key, then press Enter.");
            using var passphrase = Terminal.ReadNewPassphrase();
            var store = Store(parsed);
            var name = parsed.GetRequiredValue(s_name);
            var made = secret.Span switch
            {
                [(byte)'[', ..] => store.ImportSolanaKeypair(name, secret, passphrase),
                var text when text.Contains((byte)' ') => store.ImportMnemonic(name, secret, passphrase),
                _ => ImportKey(store, name, secret, passphrase),
            };
            Console.Out.WriteLine($"Imported wallet '{made.Name}' with {made.AddressText}.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    /// <summary>The file's bytes, straight into locked memory.</summary>
    private static SecretBytes ReadKeypair(FileInfo file)
    {
        const int MostBytes = 1024;
        if (!file.Exists || file.Length is 0 or > MostBytes)
        {
            throw new GuardException("invalid_key", $"'{file.FullName}' is no keypair file of the Solana CLI.", "Name the file that solana-keygen wrote, such as ~/.config/solana/id.json.");
        }

        var secret = new SecretBytes((int)file.Length);
        using var handle = File.OpenHandle(file.FullName);
        RandomAccess.Read(handle, secret.Span, 0);
        return secret;
    }

    private static WalletInfo ImportKey(WalletStore store, string name, SecretBytes hex, SecretBytes? passphrase)
    {
        ReadOnlySpan<byte> text = hex.Span;
        if (text.StartsWith("0x"u8))
        {
            text = text[2..];
        }

        using var key = new SecretBytes(32);
        if (Convert.FromHexString(text, key.Span, out _, out var written) != System.Buffers.OperationStatus.Done || written != key.Length)
        {
            throw new GuardException("invalid_key", "That is neither a recovery phrase nor 64 hexadecimal digits.", "Check for missing or extra characters.");
        }

        return store.ImportEvmKey(name, key, passphrase);
    }

    private static Command List()
    {
        var command = new Command("list", "List the wallets of this home.");
        command.Run((parsed, _) =>
        {
            var wallets = Store(parsed).List();
            if (parsed.GetValue(CommandTree.Json))
            {
                Console.Out.WriteLine(Json(wallets));
                return Task.FromResult(ExitCode.Success);
            }

            if (wallets.Count == 0)
            {
                Console.Out.WriteLine("No wallets here. 'cryptomcp init' makes one for test networks.");
            }

            foreach (var wallet in wallets)
            {
                var opening = wallet.HasPassphraseFile ? "opens by itself" : "needs its passphrase";
                Console.Out.WriteLine($"{wallet.Name,-16} {wallet.AddressText}  {wallet.Kind,-8}  {wallet.Created:yyyy-MM-dd}  {opening}");
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Backup()
    {
        var command = new Command("backup", "Show a wallet's recovery phrase on this terminal, once confirmed.");
        command.Arguments.Add(s_name);
        command.Run((parsed, _) =>
        {
            Terminal.Require("'wallet backup'");
            if (Console.IsOutputRedirected)
            {
                throw new GuardException("terminal_needed", "The recovery phrase is shown on a terminal only.", "Run the command without redirecting its output.");
            }

            var name = parsed.GetRequiredValue(s_name);
            if (!Terminal.Confirm($"Whoever sees the phrase owns the wallet '{name}'.", "show"))
            {
                return Task.FromResult(ExitCode.Failed);
            }

            var store = Store(parsed);
            var opensItself = store.List().Any(w => w.Name == name && w.HasPassphraseFile);
            using var passphrase = opensItself ? null : Terminal.ReadSecret("Passphrase: ");
            using var phrase = store.RevealPhrase(name, passphrase);

            // Straight from locked memory to the terminal, so that no string of it is left on the heap.
            using var output = Console.OpenStandardOutput();
            output.Write(phrase.Span);
            output.Write("\n"u8);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static WalletStore Store(ParseResult parsed) => new(GuardHome.Locate(parsed.GetValue(CommandTree.Home)), TimeProvider.System);

    private static string Json(IReadOnlyList<WalletInfo> wallets)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var wallet in wallets)
            {
                json.WriteStartObject();
                json.WriteString("name", wallet.Name);
                json.WriteString("kind", wallet.Kind);
                foreach (var (family, address) in wallet.Addresses)
                {
                    json.WriteString(family == ChainId.Eip155 ? "evm_address" : $"{family}_address", address);
                }

                json.WriteString("created", wallet.Created);
                json.WriteBoolean("opens_by_itself", wallet.HasPassphraseFile);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
