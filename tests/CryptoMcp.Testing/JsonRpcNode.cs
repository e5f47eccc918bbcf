using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>A JSON-RPC error as the node sent it.</summary>
public sealed class JsonRpcNodeException(string method, JsonNode error)
    : Exception($"{method}: {error["message"]?.GetValue<string>()} ({error["code"]?.ToJsonString()})")
{
    /// <summary>The error object.</summary>
    public JsonNode Error { get; } = error;
}

/// <summary>
/// Plain JSON-RPC over HTTP, written without the project's own client on purpose: what a test asks the chain must not go through
/// the code under test.
/// </summary>
public sealed class JsonRpcNode(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private int _lastId;

    /// <summary>The endpoint.</summary>
    public Uri Url { get; } = url;

    /// <summary>One call.</summary>
    /// <exception cref="JsonRpcNodeException">The node answered with an error.</exception>
    public async Task<JsonNode?> CallAsync(string method, params JsonNode?[] parameters)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _lastId),
            ["method"] = method,
            ["params"] = new JsonArray(parameters),
        };
        using var response = await _http.PostAsJsonAsync(Url, request);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>() ?? throw new InvalidDataException($"{method}: empty answer.");
        return answer["error"] is { } error ? throw new JsonRpcNodeException(method, error.DeepClone()) : answer["result"]?.DeepClone();
    }

    /// <summary>One call whose result is a hex quantity.</summary>
    public async Task<BigInteger> QuantityAsync(string method, params JsonNode?[] parameters) =>
        Quantity((await CallAsync(method, parameters))!.GetValue<string>());

    /// <summary>The result of a contract call at the newest block, as hex text.</summary>
    public async Task<string> EthCallAsync(string to, string data) =>
        (await CallAsync("eth_call", new JsonObject { ["to"] = to, ["data"] = data }, "latest"))!.GetValue<string>();

    /// <summary>Reads "0x1f" (an empty "0x" is zero).</summary>
    public static BigInteger Quantity(string hex) =>
        BigInteger.Parse("0" + hex.AsSpan(2).ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Writes "0x1f".</summary>
    public static string Hex(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return "0x" + (digits.Length == 0 ? "0" : digits);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
