using System.Text;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard.Tests;

/// <summary>The private directory and the encrypted wallets in it.</summary>
public sealed class HomeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cmcph-").FullName;

    private GuardHome Home => new(Path.Combine(_directory, "home"));

    private WalletStore Store => new(Home, TimeProvider.System);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_new_home_is_closed_to_everybody_else()
    {
        Home.Prepare();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Guard));
    }

    [Fact]
    public void An_open_directory_is_refused()
    {
        Home.Prepare();
        File.SetUnixFileMode(Home.Guard, File.GetUnixFileMode(Home.Guard) | UnixFileMode.GroupRead);
        Assert.Equal("home_not_private", Assert.Throws<GuardException>(Home.Prepare).Problem.Code);
    }

    [Fact]
    public void A_home_in_which_others_can_swap_folders_is_refused()
    {
        Home.Prepare();
        File.SetUnixFileMode(Home.Root, File.GetUnixFileMode(Home.Root) | UnixFileMode.GroupWrite);
        Assert.Equal("home_not_private", Assert.Throws<GuardException>(Home.Prepare).Problem.Code);
    }

    [Fact]
    public void A_linked_directory_is_refused()
    {
        Directory.CreateDirectory(Home.Root);
        Directory.CreateDirectory(Path.Combine(_directory, "elsewhere"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(Home.Guard, Path.Combine(_directory, "elsewhere"));
        Assert.Equal("home_not_private", Assert.Throws<GuardException>(Home.Prepare).Problem.Code);
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_said_so() => Assert.Equal(
        "home_path_too_long",
        Assert.Throws<GuardException>(() => new GuardHome(Path.Combine(_directory, new string('x', 120))).Prepare()).Problem.Code);

    [Fact]
    public void A_known_phrase_gives_its_known_address_and_comes_back()
    {
        using var phrase = Secret("test test test test test test test test test test test junk");
        using var passphrase = Secret("correct horse");
        var wallet = Store.ImportMnemonic("known", phrase, passphrase);
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", wallet.EvmAddress.ToString());
        using var revealed = Store.RevealPhrase("known", passphrase);
        Assert.True(revealed.Span.SequenceEqual(phrase.Span));
        Assert.False(wallet.HasPassphraseFile);
    }

    [Fact]
    public void A_wrong_passphrase_opens_nothing()
    {
        using var right = Secret("right");
        using var wrong = Secret("wrong");
        Store.Create("main", right);
        Assert.Equal("wrong_passphrase", Assert.Throws<GuardException>(() => Store.RevealPhrase("main", wrong)).Problem.Code);
    }

    [Fact]
    public void A_wallet_is_never_overwritten()
    {
        Store.Create("main", passphrase: null);
        Assert.Equal("wallet_exists", Assert.Throws<GuardException>(() => Store.Create("main", passphrase: null)).Problem.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../main")]
    [InlineData("Main")]
    [InlineData("-main")]
    public void Odd_names_are_refused(string name) =>
        Assert.Equal("invalid_name", Assert.Throws<GuardException>(() => Store.Create(name, passphrase: null)).Problem.Code);

    [Fact]
    public void A_wallet_file_that_others_can_read_is_refused()
    {
        Store.Create("main", passphrase: null);
        var file = Path.Combine(Home.Wallets, "main.json");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Equal("home_not_private", Assert.Throws<GuardException>(() => Store.List()).Problem.Code);
    }

    [Fact]
    public void No_secret_stands_in_the_wallet_file()
    {
        Store.Create("main", passphrase: null);
        using var phrase = Store.RevealPhrase("main", passphrase: null);
        using var seed = Bip39.ToSeed(phrase.Span);
        using var evm = Bip32.DerivePrivateKey(seed.Span, "m/44'/60'/0'/0/0");
        using var solana = Slip10.DerivePrivateKey(seed.Span, "m/44'/501'/0'/0'");
        var text = File.ReadAllText(Path.Combine(Home.Wallets, "main.json"));
        Assert.DoesNotContain(Convert.ToHexStringLower(evm.Span), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexStringLower(solana.Span), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Encoding.UTF8.GetString(phrase.Span)[..20], text, StringComparison.Ordinal);
    }

    private static SecretBytes Secret(string text) => SecretBytes.CopyOf(Encoding.UTF8.GetBytes(text));
}
