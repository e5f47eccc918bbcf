using System.Globalization;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>One way in which a JSON-RPC endpoint fails or lies. Applies to the methods named, or to all when none is named.</summary>
public abstract record RpcFault
{
    private RpcFault(params string[] methods) => Methods = methods;

    /// <summary>The methods that it strikes; empty: all.</summary>
    public IReadOnlyList<string> Methods { get; init; }

    /// <summary>Whether it strikes a request.</summary>
    public bool Strikes(string method) => Methods.Count == 0 || Methods.Contains(method);

    /// <summary>The connection is dropped before anything is forwarded.</summary>
    public sealed record Drop(params string[] Only) : RpcFault(Only);

    /// <summary>The request reaches the node, the answer never comes back: the case where money may have moved.</summary>
    public sealed record DropAnswer(params string[] Only) : RpcFault(Only);

    /// <summary>No answer until the caller gives up or the fault is cleared (then the request goes on).</summary>
    public sealed record Hang(params string[] Only) : RpcFault(Only);

    /// <summary>An HTTP error status with a body that is no JSON-RPC.</summary>
    public sealed record HttpError(int Status, params string[] Only) : RpcFault(Only);

    /// <summary>Status 200 with this body.</summary>
    public sealed record Garbage(string Body = "<html>502 Bad Gateway</html>", params string[] Only) : RpcFault(Only);

    /// <summary>A JSON-RPC error in place of the result; nothing is forwarded.</summary>
    public sealed record RpcError(int Code, string Message, params string[] Only) : RpcFault(Only)
    {
        /// <summary>Which requests of those methods; all when absent.</summary>
        public Func<JsonNode, bool>? When { get; init; }
    }

    /// <summary>The node's result, rewritten. Gets the request and the true result; its answer goes to the caller.</summary>
    public sealed record Lie(Func<JsonNode, JsonNode?, JsonNode?> Rewrite, params string[] Only) : RpcFault(Only);

    /// <summary>Claims to be another chain.</summary>
    public static RpcFault WrongChainId(long claimed) =>
        new Lie((_, _) => JsonRpcNode.Hex(claimed), "eth_chainId", "net_version");

    /// <summary>Claims other decimals, in a plain call to <c>decimals()</c> and in nothing else.</summary>
    public static RpcFault WrongDecimals(int claimed) => new Lie(
        (request, result) => IsCallTo(request, "0x313ce567") ? "0x" + AbiText.Word(claimed) : result?.DeepClone(), "eth_call");

    /// <summary>Claims another count of sent transactions.</summary>
    public static RpcFault WrongNonce(long claimed) => new Lie((_, _) => JsonRpcNode.Hex(claimed), "eth_getTransactionCount");

    /// <summary>Knows of no receipt, whatever was mined.</summary>
    public static RpcFault NoReceipt() => new Lie((_, _) => null, "eth_getTransactionReceipt");

    /// <summary>Claims that every mined transaction failed (or succeeded).</summary>
    public static RpcFault WrongReceiptStatus(bool succeeded) => new Lie(
        (_, result) =>
        {
            var receipt = result?.DeepClone();
            receipt?["status"] = succeeded ? "0x1" : "0x0";
            return receipt;
        },
        "eth_getTransactionReceipt");

    private static bool IsCallTo(JsonNode request, string selector) =>
        request["params"]?[0] is JsonObject call
        && (call["data"] ?? call["input"])?.GetValue<string>().StartsWith(selector, true, CultureInfo.InvariantCulture) == true;
}
