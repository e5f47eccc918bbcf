using System.Globalization;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CryptoMcp.Sandbox;

/// <summary>
/// Plain JSON-RPC to the play chain, with the commands by which a development node is set up (balances, code, transactions of any
/// account). Kept apart from the product's client, which must never learn such commands.
/// </summary>
public sealed class PlayNode : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly HttpClient _http;
    private int _lastId;

    /// <summary>A client of the node at this address.</summary>
    public PlayNode(Uri url)
    {
        Url = url;
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>The node's endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Sets a native balance, in wei.</summary>
    public Task SetBalanceAsync(string address, BigInteger wei, CancellationToken cancellationToken) =>
        CallAsync("anvil_setBalance", [address, Hex(wei)], cancellationToken);

    /// <summary>Native balance in wei.</summary>
    public async Task<BigInteger> BalanceAsync(string address, CancellationToken cancellationToken) =>
        Quantity(await CallAsync("eth_getBalance", [address, "latest"], cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    internal async Task<JsonNode?> CallAsync(string method, JsonNode?[] parameters, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _lastId),
            ["method"] = method,
            ["params"] = new JsonArray(parameters),
        };
        try
        {
            using var content = new StringContent(request.ToJsonString(), s_json);
            using var response = await _http.PostAsync(Url, content, cancellationToken);
            response.EnsureSuccessStatusCode();
            var answer = JsonNode.Parse(await response.Content.ReadAsStreamAsync(cancellationToken));
            return answer?["error"] is { } error
                ? throw new SandboxException($"The play chain refused {method}: {error["message"]?.ToJsonString()}. Next: stop and start the sandbox.")
                : answer?["result"]?.DeepClone();
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException
            || (problem is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SandboxException($"The play chain at {Url} did not answer {method}: {problem.Message} Next: stop and start the sandbox.", problem);
        }
    }

    /// <summary>The result of a contract call.</summary>
    internal async Task<BigInteger> ReadAsync(string contract, string data, CancellationToken cancellationToken) =>
        Quantity(await CallAsync("eth_call", [new JsonObject { ["to"] = contract, ["data"] = data }, "latest"], cancellationToken));

    /// <summary>Sends a transaction as an account whose key nobody has, and waits until it is mined.</summary>
    internal async Task SendAsAsync(string from, string to, string data, CancellationToken cancellationToken)
    {
        await CallAsync("anvil_impersonateAccount", [from], cancellationToken);
        var transaction = new JsonObject { ["from"] = from, ["to"] = to, ["data"] = data };
        var hash = (await CallAsync("eth_sendTransaction", [transaction], cancellationToken))!.GetValue<string>();

        // A development node mines a moment after it has accepted.
        JsonNode? receipt;
        while ((receipt = await CallAsync("eth_getTransactionReceipt", [hash], cancellationToken)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }

        if (receipt["status"]?.GetValue<string>() != "0x1")
        {
            throw new SandboxException($"The play chain's set-up reverted at {to}. Next: report this, it should not happen.");
        }
    }

    internal static string Hex(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return "0x" + (digits.Length == 0 ? "0" : digits);
    }

    private static BigInteger Quantity(JsonNode? hex) =>
        BigInteger.Parse("0" + hex!.GetValue<string>()[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
