using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm.Calls;

/// <summary>A call of a contract with every word resolved, and its calldata as we encode it.</summary>
internal sealed record ContractCall
{
    public required EvmNetwork Network { get; init; }

    public required AccountId Account { get; init; }

    public required EvmAddress From { get; init; }

    public required EvmAddress Contract { get; init; }

    public required AbiFunction Function { get; init; }

    public required IReadOnlyList<AbiValue> Arguments { get; init; }

    public required byte[] Calldata { get; init; }

    /// <summary>Coins that go along.</summary>
    public required Amount Value { get; init; }

    /// <summary>True for calldata that does not encode to itself: nothing in it can be relied on.</summary>
    public bool IsCanonical { get; init; } = true;

    /// <exception cref="GuardException">Something in the intent makes no sense under this policy.</exception>
    public static ContractCall Read(ContractCallIntent intent, PolicyDocument policy, EvmNetworks networks)
    {
        var network = networks.Find(intent.Chain);
        var from = TransferRequest.WalletOf(intent, policy);
        var contract = ContractOf(intent.Contract, from);
        var function = FunctionOf(intent.Function);
        var (arguments, canonical) = ArgumentsOf(intent, function, new(policy, network.Chain, from));
        return new()
        {
            Network = network,
            Account = new AccountId(network.Chain.Id, from.ToString()),
            From = from,
            Contract = contract,
            Function = function,
            Arguments = arguments,
            Calldata = function.Encode([.. arguments]),
            Value = ValueOf(intent.Value, network.Chain),
            IsCanonical = canonical,
        };
    }

    private static EvmAddress ContractOf(string text, EvmAddress from)
    {
        if (!EvmAddress.TryParse(text, out var address, out var problem))
        {
            throw new GuardException("invalid_address", problem, "Give the contract's full address, 0x and 40 hexadecimal digits.");
        }

        return address.IsZero || address.IsPrecompile || address == from
            ? throw new GuardException("invalid_contract", $"{address} is no contract that could be called.", "Check the address with the person who asked for the call.")
            : address;
    }

    private static AbiFunction FunctionOf(string text)
    {
        try
        {
            return AbiFunction.Parse(text);
        }
        catch (EvmFormatException e)
        {
            throw new GuardException("invalid_function", e.Message, "Write the whole signature, such as 'deposit(uint256 assets, address receiver)'.", e);
        }
    }

    private static (AbiValue[] Arguments, bool IsCanonical) ArgumentsOf(ContractCallIntent intent, AbiFunction function, ArgumentWords words)
    {
        try
        {
            if (intent.Data is null)
            {
                using var document = JsonDocument.Parse(intent.Arguments is { Length: > 0 } text ? text : "[]", new() { MaxDepth = 16 });
                return (AbiText.ReadArguments(function, document.RootElement, words.Translate), true);
            }

            if (intent.Arguments is not null)
            {
                throw new GuardException("invalid_arguments", "Both arguments and data are given.", "Give one of them.");
            }

            var data = Hex.ParseData(intent.Data);
            var decoded = function.DecodeArguments(data);
            return (decoded, function.Encode(decoded).AsSpan().SequenceEqual(data));
        }
        catch (Exception e) when (e is JsonException or EvmFormatException)
        {
            throw new GuardException(
                intent.Data is null ? "invalid_arguments" : "not_canonical",
                e is JsonException ? "The arguments are no JSON array." : e.Message,
                intent.Data is null
                    ? "Write one value for each parameter, such as [\"20 USDC\", \"self\"]."
                    : "Only calldata that is exactly the encoding of its values is accepted. Give the arguments instead.",
                e);
        }
    }

    private static Amount ValueOf(string? text, EvmChain chain)
    {
        if (text is null)
        {
            return Amount.Zero(chain.Native);
        }

        try
        {
            return Amount.Parse(text, chain.Native);
        }
        catch (MoneyFormatException e)
        {
            throw new GuardException("invalid_amount", e.Message, $"Write plain decimal digits, one space and the coin: '0.01 {chain.Native.Symbol}'.", e);
        }
    }

    /// <summary>Words in arguments that stand for something the policy pins.</summary>
    private sealed class ArgumentWords(PolicyDocument policy, EvmChain chain, EvmAddress self)
    {
        public string Translate(AbiType type, string text) => type.Kind switch
        {
            AbiKind.Address when text == "self" => self.ToString(),
            AbiKind.Address when text.StartsWith("payee:", StringComparison.Ordinal) => policy.TryFindPayee(chain.Id, text, out _, out var address)
                ? address
                : throw new EvmFormatException($"The policy names no payee {UntrustedText.Quote(text)} on {chain.Title}."),
            AbiKind.UnsignedNumber when text.Contains(' ', StringComparison.Ordinal) => Units(text),
            _ => text,
        };

        private string Units(string text)
        {
            try
            {
                var (_, symbol) = Amount.Split(text);
                return policy.TryFindAsset(chain.Id, symbol, out var asset)
                    ? Amount.Parse(text, asset).Units.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : throw new EvmFormatException($"The policy pins no asset {UntrustedText.Quote(symbol)} on {chain.Title}.");
            }
            catch (MoneyFormatException e)
            {
                throw new EvmFormatException(e.Message, e);
            }
        }
    }
}
