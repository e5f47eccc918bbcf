using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>Key, recovery phrase and passphrase appear nowhere that an agent, a log or another process could read.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task No_secret_leaves_the_guard()
    {
        await using var wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
        var secrets = await SecretsOfAsync(wallet);
        var guard = await wallet.StartGuardAsync();
        var session = await wallet.ConnectAsync();
        var (http, url) = await wallet.ServeHttpAsync();
        await using var web = await McpSession.OverHttpAsync(url, null);

        var seen = new List<(string Where, string Text)>();
        foreach (var client in new[] { session, web })
        {
            foreach (var (tool, arguments) in Calls())
            {
                var answer = await client.CallAsync(tool, arguments);
                seen.Add(($"answer of {tool}", answer.Text + answer.Structured));
            }

            foreach (var resource in await client.Client.ListResourcesAsync(cancellationToken: TestContext.Current.CancellationToken))
            {
                seen.Add(($"resource {resource.Uri}", string.Join('\n', (await client.Client.ReadResourceAsync(
                    resource.Uri, cancellationToken: TestContext.Current.CancellationToken)).Contents.Select(content => System.Text.Json.JsonSerializer.Serialize<object>(content)))));
            }

            var tools = await client.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
            seen.AddRange(tools.Select(tool => ($"tools/list, {tool.Name}", tool.JsonSchema + tool.Description)));
        }

        // Errors are where secrets like to hide: one payment that the chain's node spoils.
        wallet.Faults.Set(new RpcFault.Garbage());
        seen.Add(("answer to a broken node", (await session.SendUsdcAsync("2", "broken")).Text));
        wallet.Faults.Clear();

        foreach (var (name, process) in new[] { ("guard", guard), ("stdio server", session.Server), ("HTTP server", http) })
        {
            seen.Add(($"arguments and environment of the {name}", process.VisibleToOthers()));
            seen.Add(($"standard error of the {name}", process.ErrorText));
        }

        seen.Add(("everything that the stdio server wrote", session.Traffic));
        seen.Add(("standard output of the guard", guard.OutputText));
        seen.Add(("journal, policy and log", wallet.GuardFilesText(file => Path.GetExtension(file) is ".json" or ".jsonl" or ".log" && !file.Contains("wallets", StringComparison.Ordinal))));
        foreach (var command in new string[][] { ["wallet", "list", "--json"], ["policy", "show"], ["audit"], ["audit", "--json"], ["doctor"], ["doctor", "--json"] })
        {
            await using var run = await Product.RunAsync(wallet.Home, command);
            seen.Add(($"cryptomcp {string.Join(' ', command)}", run.OutputText + run.ErrorText));
        }

        Assert.True(seen.Count > 40);
        Assert.Contains(seen, item => item.Text.Contains(wallet.Address, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(
            from item in seen
            from secret in secrets
            where item.Text.Contains(secret.Value, StringComparison.OrdinalIgnoreCase)
            select $"{secret.Key} in {item.Where}");
    }

    [Fact]
    public async Task Wallet_files_can_be_read_by_their_owner_alone_and_hold_nothing_in_the_clear()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var secrets = await SecretsOfAsync(wallet);

        foreach (var file in Directory.EnumerateFiles(Path.Combine(wallet.GuardFolder, "wallets")))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(secrets, secret => secret.Key != "passphrase" && text.Contains(secret.Value, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Commands_that_take_or_show_a_secret_refuse_pipes()
    {
        await using var wallet = await TestWallet.CreateAsync();
        foreach (var command in new string[][] { ["wallet", "import", "other"], ["wallet", "new", "other"], ["wallet", "backup", "main"] })
        {
            await using var run = await ChildProcess.RunAsync(Product.Command(wallet.Home, command), input: "show\n");
            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains("terminal", run.ErrorText, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<(string Tool, object? Arguments)> Calls()
    {
        var transfer = new { amount = "1 USDC", to = TestWallet.Payee, chain = TestWallet.Chain };
        yield return ("wallet_accounts", null);
        yield return ("wallet_balances", new { chains = TestWallet.Chain });
        yield return ("transfer_quote", transfer);
        yield return ("policy_check", transfer);
        yield return ("transfer_send", transfer);
        yield return ("transfer_send", new { amount = "11 USDC", to = TestWallet.Payee, chain = TestWallet.Chain });
        yield return ("transfer_send", new { amount = "x", to = "y", chain = "z" });
        yield return ("payment_list", new { detail = "detailed" });
        yield return ("payment_get", new { payment_id = "pay_none" });
        yield return ("policy_show", new { detail = "detailed" });
        yield return ("token_info", new { chain = TestWallet.Chain, token = "USDC" });
        yield return ("chain_status", new { chain = TestWallet.Chain });
    }

    /// <summary>
    /// The secrets of the wallet that the product made, opened from its files with Node's own scrypt and AES, and the key derived
    /// with ethers: if the product derived another address, this fails.
    /// </summary>
    private static async Task<IReadOnlyDictionary<string, string>> SecretsOfAsync(TestWallet wallet)
    {
        var folder = Path.Combine(wallet.GuardFolder, "wallets");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Directory.EnumerateFiles(folder, "main*.json").Single()))!;
        var passphrase = await File.ReadAllTextAsync(Directory.EnumerateFiles(folder, "main*").Single(path => !path.EndsWith(".json", StringComparison.Ordinal)));
        var opened = await NodeScript.RunAsync(
            """
            import { readFileSync } from 'node:fs';
            import { scryptSync, createDecipheriv } from 'node:crypto';
            import { Mnemonic, HDNodeWallet } from 'ethers';
            const { keystore, passphrase } = JSON.parse(readFileSync(0, 'utf8'));
            const { kdfparams, ciphertext, cipherparams } = keystore.crypto ?? keystore.Crypto;
            const key = scryptSync(passphrase, Buffer.from(kdfparams.salt, 'hex'), kdfparams.dklen,
              { N: kdfparams.n, r: kdfparams.r, p: kdfparams.p, maxmem: 1 << 30 });
            const cipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), Buffer.from(cipherparams.iv, 'hex'));
            const entropy = Buffer.concat([cipher.update(Buffer.from(ciphertext, 'hex')), cipher.final()]);
            const phrase = Mnemonic.fromEntropy('0x' + entropy.toString('hex')).phrase;
            const account = HDNodeWallet.fromPhrase(phrase);
            console.log(JSON.stringify({ address: account.address, key: account.privateKey.slice(2), phrase, entropy: entropy.toString('hex') }));
            """,
            new JsonObject { ["keystore"] = file["keystore"]!.DeepClone(), ["passphrase"] = passphrase });
        Assert.Equal(wallet.Address, opened!["address"]!.GetValue<string>());
        var words = opened["phrase"]!.GetValue<string>().Split(' ');
        Assert.Equal(24, words.Length);
        return new Dictionary<string, string>
        {
            ["private key"] = opened["key"]!.GetValue<string>(),
            ["private key in base64"] = Convert.ToBase64String(Convert.FromHexString(opened["key"]!.GetValue<string>())).TrimEnd('='),
            ["entropy"] = opened["entropy"]!.GetValue<string>(),
            ["first words of the recovery phrase"] = string.Join(' ', words.Take(3)),
            ["last words of the recovery phrase"] = string.Join(' ', words.TakeLast(3)),
            ["passphrase"] = passphrase,
        };
    }
}
