using System.Buffers.Binary;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Testing;

namespace CryptoMcp.Reputation.Tests;

public sealed class SignatureTests
{
    private static readonly byte[] s_key = Hex.ParseData(Anvil.DevelopmentAccounts[1].PrivateKey);
    private static readonly EvmAddress s_signer = EvmAddress.Parse(Anvil.DevelopmentAccounts[1].Address);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_signed_by_viem_is_verified()
    {
        string[] messages = ["", "hello", "Zürich 🦊", "0x1234", new('a', 1000)];
        var signed = await NodeScript.RunAsync(
            """
            import { privateKeyToAccount } from 'viem/accounts';
            let text = '';
            for await (const chunk of process.stdin) text += chunk;
            const { key, messages } = JSON.parse(text);
            const account = privateKeyToAccount(key);
            console.log(JSON.stringify(await Promise.all(messages.map(message => account.signMessage({ message })))));
            """,
            new JsonObject { ["key"] = Anvil.DevelopmentAccounts[1].PrivateKey, ["messages"] = new JsonArray([.. messages.Select(message => (JsonNode)message)]) });

        for (var i = 0; i < messages.Length; i++)
        {
            var signature = Hex.ParseData(signed!.AsArray()[i]!.GetValue<string>());
            var digest = SignatureCheck.DigestOfText(messages[i]);

            Assert.Equal(SignatureVerdict.Valid, (await SignatureCheck.CheckAsync(digest, signature, s_signer, null, Ct)).Verdict);
            Assert.Equal(SignatureVerdict.Valid, (await SignatureCheck.CheckAsync(digest, Compact(signature), s_signer, null, Ct)).Verdict);
            var other = await SignatureCheck.CheckAsync(SignatureCheck.DigestOfText(messages[i] + "!"), signature, s_signer, null, Ct);
            Assert.Equal(SignatureVerdict.Invalid, other.Verdict);
        }
    }

    [Fact]
    public async Task A_mirrored_signature_with_high_s_is_not_taken()
    {
        var digest = Hash32.Keccak("x"u8);
        var mirrored = Sign(digest);
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.AllowHexSpecifier, null);
        var s = order - new System.Numerics.BigInteger(mirrored.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        mirrored.AsSpan(32, 32).Clear();
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(mirrored, 64 - bytes.Length);
        mirrored[64] ^= 7; // 27 and 28 change places

        Assert.NotEqual(SignatureVerdict.Valid, (await SignatureCheck.CheckAsync(digest, mirrored, s_signer, null, Ct)).Verdict);
    }

    [Fact]
    public async Task Contracts_speak_for_themselves_and_may_lie_in_no_other_form_than_yes()
    {
        await using var chain = await RegistryChain.StartAsync(withRegistries: false, withUsdc: false);
        var account = RegistryChain.Account(70);
        await chain.Anvil.SetCodeAsync(account.ToString(), await SolidityContracts.RuntimeCodeAsync("Erc8004.sol", "Account1271"));
        await chain.SendAsync(RegistryChain.Account(1), account, AbiFunction.Parse("function setKey(address to)").Encode(s_signer));
        var digest = Hash32.Keccak("terms"u8);
        var signature = Sign(digest);

        var yes = await SignatureCheck.CheckAsync(digest, signature, account, chain.Rpc, Ct);
        var no = await SignatureCheck.CheckAsync(Hash32.Keccak("other terms"u8), signature, account, chain.Rpc, Ct);
        Assert.Equal((SignatureVerdict.Valid, "erc-1271"), (yes.Verdict, yes.Method));
        Assert.Equal(SignatureVerdict.Invalid, no.Verdict);

        // Without the chain nothing can be said of a contract's signature of its own making.
        Assert.Equal(SignatureVerdict.Unknown, (await SignatureCheck.CheckAsync(digest, new byte[200], account, null, Ct)).Verdict);

        // A contract that reverts, one that returns the magic value in a longer answer, and an account without code.
        foreach (var code in (string[])["0x60006000fd", "0x631626ba7e60e01b60005260406000f3", "0x"])
        {
            await chain.Anvil.SetCodeAsync(account.ToString(), code);
            Assert.Equal(SignatureVerdict.Invalid, (await SignatureCheck.CheckAsync(digest, signature, account, chain.Rpc, Ct)).Verdict);
        }
    }

    [Fact]
    public async Task A_wrapped_signature_of_an_account_that_is_not_deployed_is_unknown_and_of_one_that_is_is_unwrapped()
    {
        await using var chain = await RegistryChain.StartAsync(withRegistries: false, withUsdc: false);
        var account = RegistryChain.Account(70);
        var digest = Hash32.Keccak("terms"u8);
        var wrapped = AbiFunction.Parse("function f(address a, bytes b, bytes c)").Encode(RegistryChain.Account(5), Array.Empty<byte>(), Sign(digest))[4..];
        byte[] signature = [.. wrapped, .. Enumerable.Repeat((byte[])[0x64, 0x92], 16).SelectMany(pair => pair)];

        Assert.Equal(SignatureVerdict.Unknown, (await SignatureCheck.CheckAsync(digest, signature, account, chain.Rpc, Ct)).Verdict);

        await chain.Anvil.SetCodeAsync(account.ToString(), await SolidityContracts.RuntimeCodeAsync("Erc8004.sol", "Account1271"));
        await chain.SendAsync(RegistryChain.Account(1), account, AbiFunction.Parse("function setKey(address to)").Encode(s_signer));
        Assert.Equal(SignatureVerdict.Valid, (await SignatureCheck.CheckAsync(digest, signature, account, chain.Rpc, Ct)).Verdict);
    }

    [Theory]
    [InlineData(3, 0u, "sgx")]
    [InlineData(4, 0x81u, "tdx")]
    [InlineData(5, 0x81u, "tdx")]
    public void A_quote_is_taken_apart(int version, uint tee, string kind)
    {
        var quote = Quote(version, tee, s_signer);

        Assert.True(TeeQuote.TryParse(quote, out var parsed));
        Assert.Equal((version, kind), (parsed.Version, parsed.Kind));
        Assert.All(parsed.Measurement.ToArray(), value => Assert.Equal(0xAB, value));
        Assert.True(parsed.Binds(s_signer));
        Assert.False(parsed.Binds(RegistryChain.Account(1)));
        for (var length = 0; length < quote.Length - 100; length += 97)
        {
            Assert.False(TeeQuote.TryParse(quote.AsMemory(0, length), out _));
        }
    }

    [Theory]
    [InlineData(0, "genuine")]
    [InlineData(1, "genuine")]
    [InlineData(3, "outdated")]
    [InlineData(4, "outdated")]
    [InlineData(6, "revoked")]
    [InlineData(9, "unverifiable")]
    public void Success_of_the_verifier_is_not_enough_its_status_decides(byte status, string expected)
    {
        var quote = Quote(4, 0x81, s_signer);

        Assert.Equal(expected, DcapVerifier.Judge(Verified(true, status, quote), quote).Verdict);
        Assert.Equal("unverifiable", DcapVerifier.Judge(Verified(false, status, quote), quote).Verdict);
        Assert.Equal("unverifiable", DcapVerifier.Judge(Verified(true, status, Quote(4, 0x81, RegistryChain.Account(1), 0xCD)), quote).Verdict);
    }

    [Fact]
    public void Evidence_levels_need_every_level_below()
    {
        Assert.True(TeeQuote.TryParse(Quote(4, 0x81, s_signer), out var quote));
        var (genuine, outdated) = (new QuoteVerdict("genuine", "x"), new QuoteVerdict("outdated", "x"));
        var (right, wrong) = (Enumerable.Repeat((byte)0xAB, 48).ToArray(), new byte[48]);

        Assert.Equal(0, EvidenceLevel.Of(quote, outdated, s_signer, right, true).Level);
        Assert.Equal(0, EvidenceLevel.Of(quote, genuine, RegistryChain.Account(1), right, true).Level);
        Assert.Equal(2, EvidenceLevel.Of(quote, genuine, s_signer, null, true).Level);
        Assert.Equal(2, EvidenceLevel.Of(quote, genuine, s_signer, wrong, true).Level);
        Assert.Equal(3, EvidenceLevel.Of(quote, genuine, s_signer, right, false).Level);
        Assert.Equal(4, EvidenceLevel.Of(quote, genuine, s_signer, right, true).Level);
    }

    [Fact]
    public async Task Where_no_verifier_stands_a_quote_is_unverifiable_not_fake()
    {
        await using var anvil = await Anvil.StartAsync(new() { ChainId = 84532 });
        EvmChains.BuiltIn.TryFind("base-sepolia", out var sepolia, out _);
        using var rpc = new EvmRpc(sepolia! with { RpcUrls = [anvil.Url] });

        Assert.True(DcapVerifier.IsOn(rpc.Chain));
        Assert.Equal("unverifiable", (await DcapVerifier.VerifyAsync(rpc, Quote(4, 0x81, s_signer), Ct)).Verdict);
    }

    internal static byte[] Sign(Hash32 digest)
    {
        var signature = new byte[65];
        Secp256k1.Sign(s_key, digest.ToArray(), signature);
        signature[64] += 27;
        return signature;
    }

    private static byte[] Compact(byte[] signature)
    {
        var compact = signature[..64];
        compact[32] |= (byte)((signature[64] - 27) << 7);
        return compact;
    }

    /// <summary>A quote of the right form; only its fields are told of here, no signature.</summary>
    private static byte[] Quote(int version, uint tee, EvmAddress bound, byte measured = 0xAB)
    {
        var isSgx = tee == 0;
        var body = new byte[isSgx ? 384 : 584];
        body.AsSpan(isSgx ? 64 : 136, isSgx ? 32 : 48).Fill(measured);
        bound.ToArray().CopyTo(body, isSgx ? 320 : 520);
        var quote = new byte[48 + (version == 5 ? 6 : 0) + body.Length + 100];
        BinaryPrimitives.WriteUInt16LittleEndian(quote, (ushort)version);
        BinaryPrimitives.WriteUInt32LittleEndian(quote.AsSpan(4), tee);
        if (version == 5)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(quote.AsSpan(48), 2);
        }

        body.CopyTo(quote, 48 + (version == 5 ? 6 : 0));
        return quote;
    }

    private static byte[] Verified(bool success, byte status, byte[] quote)
    {
        byte[] output = [0, 4, 0, 2, status, 0, 0, 0, 0, 0, 0, .. quote.AsSpan(48, 584)];
        return AbiFunction.Parse("function f(bool a, bytes b)").Encode(success, output)[4..];
    }
}
