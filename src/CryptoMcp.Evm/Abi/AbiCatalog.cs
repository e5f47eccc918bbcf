using System.Text;
using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>Finds a function: by its signature, by name in a JSON ABI, or by the name of one that everybody knows.</summary>
public static class AbiCatalog
{
    private const int LongestAbi = 256 << 10;

    private static readonly AbiFunction[] s_known =
    [
        .. new[]
        {
            "name() returns (string)", "symbol() returns (string)", "decimals() returns (uint8)", "totalSupply() returns (uint256)",
            "balanceOf(address owner) returns (uint256)", "allowance(address owner, address spender) returns (uint256)",
            "nonces(address owner) returns (uint256)", "DOMAIN_SEPARATOR() returns (bytes32)", "owner() returns (address)",
            "paused() returns (bool)", "ownerOf(uint256 tokenId) returns (address)", "tokenURI(uint256 tokenId) returns (string)",
            "supportsInterface(bytes4 interfaceId) returns (bool)", "asset() returns (address)", "totalAssets() returns (uint256)",
            "convertToAssets(uint256 shares) returns (uint256)", "convertToShares(uint256 assets) returns (uint256)",
            "maxDeposit(address receiver) returns (uint256)", "maxWithdraw(address owner) returns (uint256)",
            "previewDeposit(uint256 assets) returns (uint256)", "previewRedeem(uint256 shares) returns (uint256)",
            "getThreshold() returns (uint256)", "getOwners() returns (address[])", "implementation() returns (address)",
            "latestRoundData() returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
        }.Select(AbiFunction.Parse),
    ];

    /// <summary>The function that a text means.</summary>
    /// <param name="function">A signature such as <c>balanceOf(address) returns (uint256)</c>, or a bare name.</param>
    /// <param name="abi">A JSON ABI in which to look the name up; null for the functions that everybody knows.</param>
    /// <exception cref="EvmFormatException">There is no such function, or several.</exception>
    public static AbiFunction Find(string function, string? abi = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (abi is null && function.Contains('(', StringComparison.Ordinal))
        {
            return AbiFunction.Parse(function);
        }

        var candidates = abi is null ? s_known : Read(abi);
        var found = candidates.Where(candidate => candidate.Name == function || candidate.Signature == function).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new EvmFormatException($"There is no function {UntrustedText.Quote(function)} {(abi is null ? "that is known by its name; write its signature with what it returns" : "in this ABI")}."),
            _ => throw new EvmFormatException($"{UntrustedText.Quote(function)} means several functions: {string.Join(", ", found)}. Write one of them."),
        };
    }

    /// <summary>The functions of a JSON ABI, as compilers write it.</summary>
    /// <exception cref="EvmFormatException">The text is no JSON ABI.</exception>
    public static IReadOnlyList<AbiFunction> Read(string abi)
    {
        ArgumentNullException.ThrowIfNull(abi);
        if (abi.Length > LongestAbi)
        {
            throw new EvmFormatException($"The ABI is longer than {LongestAbi} characters; give the signature of the one function.");
        }

        try
        {
            using var document = JsonDocument.Parse(abi, new() { MaxDepth = 32, AllowDuplicateProperties = false });
            return [.. document.RootElement.EnumerateArray()
                .Where(entry => entry.TryGetProperty("type", out var type) && type.ValueEquals("function"))
                .Select(entry => AbiFunction.Parse(Signature(entry)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EvmFormatException("The text is no JSON ABI: an array of entries with type, name, inputs and outputs.", e);
        }
    }

    private static string Signature(JsonElement entry)
    {
        var text = new StringBuilder(entry.GetProperty("name").GetString());
        text.Append('(').Append(Parameters(entry.GetProperty("inputs"))).Append(')');
        if (entry.TryGetProperty("outputs", out var outputs) && outputs.GetArrayLength() > 0)
        {
            text.Append(" returns (").Append(Parameters(outputs)).Append(')');
        }

        return text.ToString();
    }

    private static string Parameters(JsonElement list) => string.Join(", ", list.EnumerateArray().Select(parameter =>
    {
        var type = parameter.GetProperty("type").GetString()!;
        var shown = type.StartsWith("tuple", StringComparison.Ordinal) ? $"({Parameters(parameter.GetProperty("components"))}){type["tuple".Length..]}" : type;
        return parameter.TryGetProperty("name", out var name) && name.GetString() is { Length: > 0 } text ? $"{shown} {text}" : shown;
    }));
}
