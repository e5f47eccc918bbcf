using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm.Calls;

/// <summary>
/// What a call can do to the wallet at worst, read from the bytes that will be signed. Functions that are known by their
/// signature get their real effects; others count with the coins that go along and with every argument that a rule of the
/// policy measures in an asset. What cannot be known is unknown, and then no rule helps.
/// </summary>
internal static class CallEffects
{
    /// <summary>Functions that hand over control of whatever they are called on.</summary>
    private static readonly HashSet<string> s_control = new(StringComparer.OrdinalIgnoreCase)
    {
        "transferOwnership", "renounceOwnership", "acceptOwnership", "setOwner", "changeOwner", "changeAdmin", "setAdmin", "upgradeTo", "upgradeToAndCall",
        "setImplementation", "grantRole", "enableModule", "addOwnerWithThreshold", "swapOwner", "changeThreshold", "setGuard", "setFallbackHandler",
        "setAccountOperator", "setOperator", "setAuthorizationWithSig", "setAuthorization", "setDelegate",
    };

    /// <summary>ERC-20, ERC-721 and ERC-1155 functions that move or allow; on a contract that the policy does not pin, nobody knows what.</summary>
    private static readonly HashSet<string> s_movers = new(StringComparer.Ordinal)
    {
        "transfer(address,uint256)", "transferFrom(address,address,uint256)", "approve(address,uint256)", "decreaseAllowance(address,uint256)",
        "safeTransferFrom(address,address,uint256)", "transferAndCall(address,uint256)", "burn(uint256)", "burnFrom(address,uint256)",
    };

    public static IReadOnlyList<Effect> Of(ContractCall call, PolicyDocument policy)
    {
        var effects = new List<Effect>();
        if (!call.Value.IsZero)
        {
            effects.Add(new Effect.Outflow(call.Value, call.Contract.ToString()));
        }

        AddOfFunction(effects, call, policy);
        return effects;
    }

    private static void AddOfFunction(List<Effect> effects, ContractCall call, PolicyDocument policy)
    {
        var name = call.Function.Name;
        if (!call.IsCanonical)
        {
            effects.Add(new Effect.NeverSigned(Effect.NeverSigned.Entry.NonCanonicalBytes));
        }
        else if (KnownCalls.NeverSigned(name) is { } never)
        {
            effects.Add(new Effect.NeverSigned(never));
        }
        else if (KnownCalls.CarriesCalls(name))
        {
            effects.Add(new Effect.Unknown($"{name} carries other calls"));
        }
        else if (s_control.Contains(name))
        {
            effects.Add(new Effect.Unknown($"{name} hands over control of the contract"));
        }
        else if (call.Function.Inputs.Any(input => !IsTestable(input.Type)))
        {
            effects.Add(new Effect.Unknown($"{call.Function.Signature} takes bytes or lists, in which no rule could test recipients and amounts"));
        }
        else if (call.Contract == Permit2.Address)
        {
            AddOfPermit2(effects, call, policy);
        }
        else if (policy.TryFindAsset(AssetId.Token(call.Network.Chain.Id, call.Contract.ToString()), out var asset))
        {
            AddOfToken(effects, call, asset);
        }
        else if (s_movers.Contains(call.Function.Signature))
        {
            effects.Add(new Effect.Unknown($"{name} of a token that the policy does not list"));
        }
        else
        {
            AddMeasured(effects, call, policy);
        }
    }

    private static void AddOfToken(List<Effect> effects, ContractCall call, Asset asset)
    {
        var arguments = call.Arguments;
        switch (call.Function.Signature)
        {
            case "transfer(address,uint256)":
                effects.Add(new Effect.Outflow(new(arguments[1].AsNumber(), asset), arguments[0].AsAddress().ToString()));
                break;
            case "transferFrom(address,address,uint256)" when arguments[0].AsAddress() == call.From:
                effects.Add(new Effect.Outflow(new(arguments[2].AsNumber(), asset), arguments[1].AsAddress().ToString()));
                break;
            case "approve(address,uint256)":
                AddAllowance(effects, arguments[1].AsNumber(), asset, arguments[0].AsAddress());
                break;
            case "decreaseAllowance(address,uint256)":
                break;
            default:
                effects.Add(new Effect.Unknown($"{call.Function.Name} of the {asset.Symbol} contract itself, which could move all of it"));
                break;
        }
    }

    private static void AddOfPermit2(List<Effect> effects, ContractCall call, PolicyDocument policy)
    {
        if (call.Function.Signature == Permit2.ApproveFunction.Signature
            && policy.TryFindAsset(AssetId.Token(call.Network.Chain.Id, call.Arguments[0].AsAddress().ToString()), out var asset))
        {
            AddAllowance(effects, call.Arguments[2].AsNumber(), asset, call.Arguments[1].AsAddress());
            return;
        }

        effects.Add(new Effect.Unknown($"{call.Function.Name} of Permit2"));
    }

    private static void AddAllowance(List<Effect> effects, BigInteger units, Asset asset, EvmAddress spender)
    {
        if (!units.IsZero)
        {
            effects.Add(new Effect.Allowance(new(units, asset), spender.ToString()));
        }
    }

    /// <summary>
    /// An argument that a rule for this very function bounds in an asset is an amount of it, which the contract may take:
    /// it counts in full, under whichever rule the call is then allowed.
    /// </summary>
    private static void AddMeasured(List<Effect> effects, ContractCall call, PolicyDocument policy)
    {
        var counted = new HashSet<(int Position, string Symbol)>();
        foreach (var rule in policy.Rules)
        {
            if (rule.If is not { Function: { } function, Contract: { } contract, Arguments: { } tests } || function.Canonical != call.Function.Signature
                || contract.Chain != call.Network.Chain.Id || !string.Equals(contract.Address, call.Contract.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            for (var i = 0; i < function.Parameters.Count; i++)
            {
                if (tests.TryGetValue(function.Parameters[i].Name, out var test) && test.Bound?.Unit is { Kind: BudgetUnitKind.Asset } unit
                    && policy.TryFindAsset(call.Network.Chain.Id, unit.Symbol, out var asset) && call.Arguments[i].AsNumber() is { Sign: > 0 } units
                    && counted.Add((i, unit.Symbol)))
                {
                    effects.Add(new Effect.Outflow(new(units, asset), call.Contract.ToString()));
                }
            }
        }
    }

    private static bool IsTestable(AbiType type) =>
        type.Kind is AbiKind.UnsignedNumber or AbiKind.SignedNumber or AbiKind.Address or AbiKind.Flag or AbiKind.FixedBytes or AbiKind.Text;
}
