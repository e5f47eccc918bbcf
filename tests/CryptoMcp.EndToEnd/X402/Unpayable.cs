using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;
using static CryptoMcp.EndToEnd.X402.HostileTerms;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>Sellers for whom nothing may be signed: name, what they answer, and the code of the refusal.</summary>
internal static class Unpayable
{
    private const string Any = "no_acceptable_offer";

    public static IReadOnlyDictionary<string, (byte[] Answer, string Code)> All { get; } = new Dictionary<string, (byte[], string)>
    {
        ["no-terms"] = (HostileSeller.Response(402), "terms_unreadable"),
        ["html-paywall"] = (HostileSeller.Response(402, "Content-Type: text/html\r\n", "<html>pay</html>"), "terms_unreadable"),
        ["header-not-base64"] = (Header("*not base64*"), "terms_unreadable"),
        ["header-without-padding"] = (Header(Base64(Terms(Offer())).TrimEnd('=') + "A"), "terms_unreadable"),
        ["header-with-spaces-inside"] = (Header(Base64(Terms(Offer())).Insert(8, " ")), "terms_unreadable"),
        ["header-not-json"] = (Header(Base64("pay me")), "terms_unreadable"),
        ["header-not-utf8"] = (Header(Convert.ToBase64String([.. "{\"x402Version\":2,\"error\":\""u8, 0xff, .. "\",\"accepts\":[{}]}"u8])), "terms_unreadable"),
        ["header-twice"] = (Required(Terms(Offer()), $"PAYMENT-REQUIRED: {Base64(Terms(Offer()))}\r\n"), "terms_unreadable"),
        ["header-empty"] = (Header(""), "terms_unreadable"),
        ["header-of-40-kilobytes"] = (Header(Base64(new string(' ', 40_000) + Terms(Offer()))), "terms_unreadable"),
        ["headers-of-200-kilobytes"] = (HostileSeller.Response(402, string.Concat(Enumerable.Repeat("X-Filler: " + new string('a', 1000) + "\r\n", 200))), "seller_unreachable"),
        ["json-is-a-list"] = (Required("[]"), "terms_unreadable"),
        ["duplicate-keys"] = (Required(Terms(Offer()).Replace("\"amount\":\"10000\"", "\"amount\":\"10000\",\"amount\":\"90000\"", StringComparison.Ordinal)), "terms_unreadable"),
        ["duplicate-keys-escaped"] = (Required(Terms(Offer()).Replace("\"amount\":\"10000\"", "\"amount\":\"10000\",\"\\u0061mount\":\"90000\"", StringComparison.Ordinal)), "terms_unreadable"),
        ["deep-nesting"] = (Required(Terms(Offer()).Replace("\"error\":\"Payment required\"", $"\"error\":{new string('[', 40)}{new string(']', 40)}", StringComparison.Ordinal)), "terms_unreadable"),
        ["51-offers"] = (Required(Terms([.. Enumerable.Range(0, 51).Select(_ => Offer())])), "terms_unreadable"),
        ["no-offers"] = (Required(Terms()), "terms_unreadable"),
        ["version-3"] = (Required(Terms(Offer()).Replace("\"x402Version\":2", "\"x402Version\":3", StringComparison.Ordinal)), "terms_unreadable"),
        ["version-as-text"] = (Required(Terms(Offer()).Replace("\"x402Version\":2", "\"x402Version\":\"2\"", StringComparison.Ordinal)), "terms_unreadable"),
        ["version-2-in-the-body"] = (HostileSeller.Response(402, "", Terms(Offer())), "terms_unreadable"),
        ["body-of-version-1-too-long"] = (HostileSeller.Response(402, "", "{\"x402Version\":1,\"error\":\"" + new string('a', 70_000) + "\",\"accepts\":[]}"), "terms_unreadable"),
        ["compressed-body"] = (HostileSeller.Response(402, "Content-Encoding: gzip\r\n", [0x1f, 0x8b, 8, 0]), "terms_unreadable"),
        ["mpp-only"] = (HostileSeller.Response(402, "WWW-Authenticate: Payment id=\"1\", realm=\"a\", method=\"evm\", intent=\"charge\"\r\n"), "other_protocol"),
        ["l402-only"] = (HostileSeller.Response(402, "WWW-Authenticate: L402 macaroon=\"a\", invoice=\"lnbc1\"\r\n"), "other_protocol"),
        ["amount-negative"] = (Required(With("amount", "-10000")), Any),
        ["amount-with-plus"] = (Required(With("amount", "+10000")), Any),
        ["amount-with-exponent"] = (Required(With("amount", "1e4")), Any),
        ["amount-with-point"] = (Required(With("amount", "10000.0")), Any),
        ["amount-in-hexadecimal"] = (Required(With("amount", "0x2710")), Any),
        ["amount-as-number"] = (Required(With("amount", 10000)), Any),
        ["amount-with-leading-zero"] = (Required(With("amount", "010000")), Any),
        ["amount-of-2-to-256"] = (Required(With("amount", "115792089237316195423570985008687907853269984665640564039457584007913129639936")), Any),
        ["amount-largest"] = (Required(With("amount", "115792089237316195423570985008687907853269984665640564039457584007913129639935")), ""),
        ["amount-zero"] = (Required(With("amount", "0")), Any),
        ["amount-missing"] = (Required(With("amount", null)), Any),
        ["amount-above-the-policy"] = (Required(With("amount", "100001")), ""),
        ["asset-unlisted"] = (Required(With("asset", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913")), Any),
        ["asset-no-address"] = (Required(With("asset", "USDC")), Any),
        ["asset-wrong-checksum"] = (Required(With("asset", "0x036cbD53842c5426634e7929541eC2318f3dCF7e")), Any),
        ["domain-name-of-another-chain"] = (Required(WithExtra("name", "USD Coin")), Any),
        ["domain-version-other"] = (Required(WithExtra("version", "1")), Any),
        ["network-unknown"] = (Required(With("network", "eip155:999999")), Any),
        ["network-misspelled"] = (Required(With("network", "eip155:084532")), Any),
        ["network-in-capitals"] = (Required(With("network", "EIP155:84532")), Any),
        ["network-by-name"] = (Required(With("network", "base-sepolia")), Any),
        ["network-not-in-the-policy"] = (Required(With("network", "eip155:8453")), Any),
        ["network-on-solana"] = (Required(With("network", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1")), Any),
        ["scheme-unknown"] = (Required(With("scheme", "batch-settlement")), Any),
        ["method-unknown"] = (Required(WithExtra("assetTransferMethod", "erc7710")), Any),
        ["method-as-number"] = (Required(WithExtra("assetTransferMethod", 7)), Any),
        ["flow-unknown"] = (Required(WithExtra("paymentFlow", "prepaid-forever")), Any),
        ["flow-escrow"] = (Required(WithExtra("paymentFlow", "escrow")), Any),
        ["payee-missing"] = (Required(With("payTo", null)), Any),
        ["payee-malformed"] = (Required(With("payTo", "0x1234")), Any),
        ["payee-wrong-checksum"] = (Required(With("payTo", "0x3c44CdDdB6a900fa2b585dd299e03d12FA4293BC")), Any),
        ["payee-by-name"] = (Required(With("payTo", "vitalik.eth")), Any),
        ["payee-zero"] = (Required(With("payTo", "0x0000000000000000000000000000000000000000")), Any),
        ["payee-the-token"] = (Required(With("payTo", X402Ground.UsdcAddress)), Any),
        ["payee-permit2"] = (Required(With("payTo", "0x000000000022D473030F116dDEE9F6B43aC78BA3")), Any),
        ["payee-the-proxy"] = (Required(With("payTo", "0x402085c248EeA27D92E8b30b2C58ed07f9E20001")), Any),
        ["lifetime-zero"] = (Required(With("maxTimeoutSeconds", 0)), Any),
        ["lifetime-negative"] = (Required(With("maxTimeoutSeconds", -1)), Any),
        ["lifetime-fractional"] = (Required(With("maxTimeoutSeconds", 60.5)), Any),
        ["lifetime-as-text"] = (Required(With("maxTimeoutSeconds", "60")), Any),
        ["lifetime-too-short"] = (Required(With("maxTimeoutSeconds", 3)), Any),
        ["upto-without-facilitator"] = (Required(With("scheme", "upto")), Any),
        ["permit2-without-allowance"] = (Required(WithExtra("assetTransferMethod", "permit2")), "needs_allowance"),
        ["permit2-wants-an-approval"] = (Required(Sponsored("erc20ApprovalGasSponsoring")), "needs_allowance"),
        ["redirect-to-metadata"] = (HostileSeller.Response(302, "Location: http://169.254.169.254/latest/meta-data\r\n"), "address_not_allowed"),
        ["redirect-to-this-machine"] = (HostileSeller.Response(302, "Location: http://127.0.0.1:1/\r\n"), "address_not_allowed"),
        ["redirect-to-mapped-loopback"] = (HostileSeller.Response(302, "Location: https://[::ffff:127.0.0.1]/\r\n"), "address_not_allowed"),
        ["redirect-to-a-file"] = (HostileSeller.Response(302, "Location: file:///etc/passwd\r\n"), "address_not_allowed"),
        ["redirect-with-credentials"] = (HostileSeller.Response(302, "Location: https://user:word@example.com/\r\n"), "address_not_allowed"),
        ["redirect-to-itself"] = (HostileSeller.Response(302, "Location: /redirect-to-itself\r\n"), "seller_unreachable"),
        ["breaks-off-in-the-status-line"] = (Encoding.ASCII.GetBytes("HTTP/1.1 40"), "seller_unreachable"),
        ["is-no-http"] = (Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH\r\n\r\n"), "seller_unreachable"),
    };

    private static byte[] Header(string value) => HostileSeller.Response(402, $"PAYMENT-REQUIRED: {value}\r\n");

    private static string Sponsored(string extension)
    {
        var offer = Offer();
        offer["extra"]!["assetTransferMethod"] = "permit2";
        return new JsonObject
        {
            ["x402Version"] = 2,
            ["accepts"] = new JsonArray(offer),
            ["extensions"] = new JsonObject { [extension] = new JsonObject { ["info"] = new JsonObject { ["description"] = "x" } } },
        }.ToJsonString();
    }
}
