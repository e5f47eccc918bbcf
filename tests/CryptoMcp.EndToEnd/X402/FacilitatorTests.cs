using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>npm's client pays npm's seller through our facilitator; the chain says what moved, and who paid the gas.</summary>
public sealed class FacilitatorTests(FacilitatorTests.Counterparts counterparts) : IClassFixture<FacilitatorTests.Counterparts>
{
    private static readonly HttpClient s_http = new();

    private X402Ground X402 => counterparts.X402;

    private FacilitatorHome Facilitator => counterparts.Facilitator;

    [Theory]
    [InlineData("exact", 10_000)]
    [InlineData("permit2-sponsored", 10_000)]
    [InlineData("upto?charge=12345", 12_345)]
    [InlineData("upto?charge=0", 0)]
    [InlineData("upfront", 10_000)]
    [InlineData("v1", 10_000)]
    public async Task Reference_client_and_seller_settle_through_our_facilitator(string path, int expected)
    {
        if (path == "permit2-sponsored")
        {
            await X402.ApprovePermit2Async(0);
        }

        var (before, coins) = (await X402.ReceivedAsync(), await X402.Anvil.BalanceAsync(X402Ground.Payer.Address));
        var sent = await Facilitator.TransactionsAsync();
        var answer = await X402.PayAsync(new Uri(counterparts.Seller, path));
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
        Assert.Equal(expected, await X402.ReceivedAsync() - before);
        Assert.Equal(expected == 0 ? 0 : 1, await Facilitator.TransactionsAsync() - sent);
        Assert.Equal(coins, await X402.Anvil.BalanceAsync(X402Ground.Payer.Address));
        Assert.Contains("facilitator.settle", Facilitator.Journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permit2_with_an_allowance_of_its_own_settles()
    {
        await X402.ApprovePermit2Async(0);
        var refused = await X402.PayAsync(new Uri(counterparts.Seller, "permit2"));
        Assert.Equal(412, refused["status"]!.GetValue<int>());
        await X402.ApprovePermit2Async(10_000);
        var answer = await X402.PayAsync(new Uri(counterparts.Seller, "permit2"));
        Assert.True(answer["status"]?.GetValue<int>() == 200, answer.ToJsonString());
    }

    [Fact]
    public async Task Twenty_requests_for_one_settlement_send_one_transaction_and_all_learn_its_id()
    {
        var request = await RequestAsync();
        var (before, sent) = (await X402.ReceivedAsync(), await Facilitator.TransactionsAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("/settle", request)));
        Assert.All(answers, answer => Assert.True(answer["success"]!.GetValue<bool>(), answer.ToJsonString()));
        Assert.Single(answers.Select(answer => answer["transaction"]!.GetValue<string>()).Distinct());
        Assert.Equal(10_000, await X402.ReceivedAsync() - before);
        Assert.Equal(1, await Facilitator.TransactionsAsync() - sent);
    }

    [Fact]
    public async Task After_a_crash_of_facilitator_and_guard_the_same_settlement_is_found_not_made_again()
    {
        var request = await RequestAsync();
        var first = await PostAsync("/settle", request);
        var sent = await Facilitator.TransactionsAsync();
        await Facilitator.RestartAsync();
        var again = await PostAsync("/settle", request);
        Assert.Equal(first["transaction"]!.GetValue<string>(), again["transaction"]!.GetValue<string>());
        Assert.Equal(sent, await Facilitator.TransactionsAsync());
    }

    [Fact]
    public async Task Another_payment_with_the_same_nonce_is_never_sent()
    {
        var request = await RequestAsync();
        await PostAsync("/settle", request);
        var sent = await Facilitator.TransactionsAsync();
        var other = request.DeepClone().AsObject();
        other["paymentPayload"]!["payload"]!["authorization"]!["value"] = "20000";
        other["paymentRequirements"]!["amount"] = "20000";
        Assert.Equal("duplicate_settlement", (await PostAsync("/settle", other))["errorReason"]!.GetValue<string>());
        Assert.Equal("invalid_exact_evm_nonce_already_used", (await PostAsync("/verify", request))["invalidReason"]!.GetValue<string>());
        Assert.Equal(sent, await Facilitator.TransactionsAsync());
    }

    [Theory]
    [InlineData("value", "9999", "invalid_exact_evm_payload_authorization_value_mismatch")]
    [InlineData("to", "0x8617E340B3D01FA5F11F306F4090FD50E238070D", "invalid_exact_evm_recipient_mismatch")]
    [InlineData("validBefore", "1700000000", "invalid_exact_evm_payload_authorization_valid_before")]
    [InlineData("validAfter", "4102444800", "invalid_exact_evm_payload_authorization_valid_after")]
    [InlineData("nonce", "0x0000000000000000000000000000000000000000000000000000000000000001", "invalid_exact_evm_signature")]
    [InlineData("from", "0x8617E340B3D01FA5F11F306F4090FD50E238070D", "invalid_exact_evm_signature")]
    [InlineData("network", "eip155:8453", "invalid_network")]
    [InlineData("asset", "0x8617E340B3D01FA5F11F306F4090FD50E238070D", "asset_not_supported")]
    [InlineData("name", "USD Coin", "invalid_exact_evm_token_name_mismatch")]
    [InlineData("signature", "0x00", "invalid_exact_evm_signature")]
    public async Task Bad_payment_is_named_and_costs_no_gas(string member, string value, string reason)
    {
        var request = await RequestAsync();
        var payload = request["paymentPayload"]!["payload"]!;
        switch (member)
        {
            case "network":
                request["paymentRequirements"]!["network"] = value;
                request["paymentPayload"]!["accepted"]!["network"] = value;
                break;
            case "asset":
                request["paymentRequirements"]!["asset"] = value;
                break;
            case "name":
                request["paymentRequirements"]!["extra"]!["name"] = value;
                break;
            case "signature":
                payload["signature"] = value;
                break;
            default:
                payload["authorization"]![member] = value;
                break;
        }

        var sent = await Facilitator.TransactionsAsync();
        Assert.Equal(reason, (await PostAsync("/verify", request))["invalidReason"]!.GetValue<string>());
        var settled = await PostAsync("/settle", request);
        Assert.False(settled["success"]!.GetValue<bool>());
        Assert.Equal(sent, await Facilitator.TransactionsAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"x402Version":2,"x402Version":1}""")]
    public async Task Malformed_request_is_a_bad_request(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await s_http.PostAsync(new Uri(Facilitator.Url, "/settle"), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Web_page_cannot_spend_gas()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Facilitator.Url, "/settle")) { Content = JsonContent.Create(await RequestAsync()) };
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await s_http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Supported_names_schemes_networks_and_signer()
    {
        var supported = JsonNode.Parse(await s_http.GetStringAsync(new Uri(Facilitator.Url, "/supported"), TestContext.Current.CancellationToken))!;
        Assert.Equal(["exact", "upto", "exact"], supported["kinds"]!.AsArray().Select(kind => kind!["scheme"]!.GetValue<string>()));
        Assert.Equal(Facilitator.Wallet, supported["kinds"]![1]!["extra"]!["facilitatorAddress"]!.GetValue<string>());
        Assert.Equal(Facilitator.Wallet, supported["signers"]!["eip155:*"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Policy_without_the_rule_and_a_full_budget_send_nothing()
    {
        await using var forbidden = await FacilitatorHome.StartAsync(X402, policy => policy["rules"] = new JsonArray(JsonNode.Parse("""{ "id": "nothing", "forbid": "*", "why": "Out of business." }""")));
        var refused = await PostAsync("/settle", await RequestAsync(), forbidden.Url);
        Assert.Equal("facilitator_policy", refused["errorReason"]!.GetValue<string>());
        Assert.Equal(0, await forbidden.TransactionsAsync());

        await using var poor = await FacilitatorHome.StartAsync(
            X402, policy => policy["budgets"] = new JsonArray(JsonNode.Parse("""{ "id": "rate", "limit": "1 payments", "window": "1h" }""")), "--per-minute", "2");
        Assert.True((await PostAsync("/settle", await RequestAsync(), poor.Url))["success"]!.GetValue<bool>());
        Assert.Equal("facilitator_policy", (await PostAsync("/settle", await RequestAsync(), poor.Url))["errorReason"]!.GetValue<string>());
        Assert.Equal(1, await poor.TransactionsAsync());

        // However the minute falls: of ten more, two minutes' worth is four.
        var request = await RequestAsync();
        var more = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var content = JsonContent.Create(request);
            using var response = await s_http.PostAsync(new Uri(poor.Url, "/settle"), content, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, more);
    }

    /// <summary>What a seller would ask for an honest payment of 0.01 USDC, signed by the reference library.</summary>
    private static async Task<JsonObject> RequestAsync()
    {
        var requirements = new JsonObject
        {
            ["scheme"] = "exact",
            ["network"] = X402Ground.Network,
            ["amount"] = "10000",
            ["asset"] = X402Ground.UsdcAddress,
            ["payTo"] = X402Ground.PayTo,
            ["maxTimeoutSeconds"] = 60,
            ["extra"] = new JsonObject { ["name"] = "USDC", ["version"] = "2" },
        };
        var payload = await Testing.NodeScript.RunAsync(
            """
            import { readFileSync } from 'node:fs';
            import { randomBytes } from 'node:crypto';
            import { privateKeyToAccount } from 'viem/accounts';
            const { key, requirements: r, chainId } = JSON.parse(readFileSync(0, 'utf8'));
            const account = privateKeyToAccount(key);
            const authorization = { from: account.address, to: r.payTo, value: r.amount, validAfter: '0',
              validBefore: String(Math.floor(Date.now() / 1000) + 60), nonce: '0x' + randomBytes(32).toString('hex') };
            const signature = await account.signTypedData({
              domain: { ...r.extra, chainId, verifyingContract: r.asset }, primaryType: 'TransferWithAuthorization',
              types: { TransferWithAuthorization: [['from', 'address'], ['to', 'address'], ['value', 'uint256'], ['validAfter', 'uint256'],
                ['validBefore', 'uint256'], ['nonce', 'bytes32']].map(([name, type]) => ({ name, type })) },
              message: authorization });
            console.log(JSON.stringify({ authorization, signature }));
            """,
            new JsonObject { ["key"] = X402Ground.Payer.PrivateKey, ["requirements"] = requirements.DeepClone(), ["chainId"] = X402Ground.ChainId });
        return new()
        {
            ["x402Version"] = 2,
            ["paymentPayload"] = new JsonObject { ["x402Version"] = 2, ["payload"] = payload, ["accepted"] = requirements.DeepClone() },
            ["paymentRequirements"] = requirements,
        };
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject request, Uri? facilitator = null)
    {
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await s_http.PostAsync(new Uri(facilitator ?? Facilitator.Url, path), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Chain, our facilitator and npm's seller behind it.</summary>
    public sealed class Counterparts : IAsyncLifetime
    {
        private FacilitatorHome? _facilitator;

        public X402Ground X402 { get; private set; } = null!;

        public Uri Seller { get; private set; } = null!;

        internal FacilitatorHome Facilitator => _facilitator!;

        public async ValueTask InitializeAsync()
        {
            X402 = await X402Ground.StartChainAsync();
            _facilitator = await FacilitatorHome.StartAsync(X402);
            Seller = (await X402.StartSellerAsync(_facilitator.Url)).Url;
        }

        public async ValueTask DisposeAsync()
        {
            if (_facilitator is not null)
            {
                await _facilitator.DisposeAsync();
            }

            await X402.DisposeAsync();
        }
    }
}
