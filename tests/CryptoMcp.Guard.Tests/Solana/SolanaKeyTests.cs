using System.Text;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests.Solana;

/// <summary>Where Solana keys come from.</summary>
public sealed class SolanaKeyTests : IDisposable
{
    private const string Phrase = "test test test test test test test test test test test junk";

    private const string Script = """
        import { createHmac, pbkdf2Sync } from 'node:crypto';
        import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
        let text = '';
        for await (const chunk of process.stdin) text += chunk;
        const seed = pbkdf2Sync(JSON.parse(text), 'mnemonic', 2048, 64, 'sha512');
        const step = (key, data) => { const mac = createHmac('sha512', key).update(data).digest(); return [mac.subarray(0, 32), mac.subarray(32)]; };
        let [key, chain] = step('ed25519 seed', seed);
        for (const index of [44, 501, 0, 0]) {
          const number = Buffer.alloc(4);
          number.writeUInt32BE(index + 0x80000000);
          [key, chain] = step(chain, Buffer.concat([Buffer.from([0]), key, number]));
        }
        console.log(JSON.stringify((await createKeyPairSignerFromPrivateKeyBytes(key)).address));
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("cmcpk-").FullName;

    private WalletStore Store => new(new GuardHome(Path.Combine(_directory, "home")), TimeProvider.System);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_phrase_gives_the_account_that_other_wallets_show()
    {
        using var phrase = Secret(Phrase);
        var wallet = Store.ImportMnemonic("known", phrase, passphrase: null);
        Assert.Equal((await NodeScript.RunAsync(Script, Phrase))!.GetValue<string>(), wallet.Addresses["solana"]);
        Assert.Equal(["eip155", "solana"], wallet.Addresses.Keys);
        Assert.Equal(wallet.Addresses, Store.List().Single().Addresses);
        Assert.Equal(
            new Dictionary<string, string> { ["known"] = wallet.Addresses["eip155"], ["known-solana"] = wallet.Addresses["solana"] },
            FirstStart.PolicyNames(Store.List(), FirstStart.Networks(ChainTable.BuiltIn, ["base", "solana"])));
        Assert.Equal(["known"], FirstStart.PolicyNames(Store.List(), FirstStart.Networks(ChainTable.BuiltIn, ["base"])).Keys);
    }

    [Theory]
    [InlineData("[1,2,3]")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("[1, 2, 256, 4]")]
    public void What_is_no_keypair_file_is_refused(string text)
    {
        using var file = Secret(text.Length == 0 ? " " : text);
        Assert.Equal("invalid_key", Assert.Throws<GuardException>(() => Store.ImportSolanaKeypair("k", file, passphrase: null)).Problem.Code);
    }

    [Fact]
    public void A_keypair_file_whose_halves_differ_is_refused()
    {
        using var file = Secret($"[{string.Join(',', Enumerable.Range(0, 64))}]");
        var problem = Assert.Throws<GuardException>(() => Store.ImportSolanaKeypair("k", file, passphrase: null)).Problem;
        Assert.Contains("halves", problem.Problem, StringComparison.Ordinal);
    }

    private static SecretBytes Secret(string text) => SecretBytes.CopyOf(Encoding.UTF8.GetBytes(text));
}
