using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What stands at a registry's address.</summary>
public enum RegistryState
{
    /// <summary>No code: the registry is not deployed on this chain.</summary>
    Absent,

    /// <summary>The deployer's placeholder, which answers nothing but its version.</summary>
    Placeholder,

    /// <summary>Version 2.0.0 with the code that was published and audited.</summary>
    Known,

    /// <summary>A proxy whose owner has put other code behind it than the one known here.</summary>
    Upgraded,

    /// <summary>Version 2.0.0 by its own word, with code that is not known here.</summary>
    UnknownCode,

    /// <summary>Another version than the one known here.</summary>
    OtherVersion,
}

/// <summary>A registry as found on the chain.</summary>
/// <param name="Address">Its address.</param>
/// <param name="State">What stands there.</param>
/// <param name="UntrustedVersion">The version that it claims.</param>
/// <param name="Implementation">The code behind its ERC-1967 proxy.</param>
/// <param name="CodeHash">Keccak-256 of the code that runs: the implementation's, or its own where there is no proxy.</param>
public sealed record RegistryStatus(
    EvmAddress Address, RegistryState State, string? UntrustedVersion = null, EvmAddress? Implementation = null, Hash32? CodeHash = null)
{
    /// <summary>True when it can be asked.</summary>
    public bool IsUsable => State is not (RegistryState.Absent or RegistryState.Placeholder);
}

/// <summary>
/// Looks at what stands at the registries' addresses before anything they say is used: all of them are proxies (UUPS,
/// ERC-1967) of one owner, who can replace the code.
/// </summary>
public static class RegistryProbe
{
    /// <summary>ERC-1967: keccak256("eip1967.proxy.implementation") − 1.</summary>
    private static readonly Hash32 s_implementationSlot = Hash32.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

    /// <summary>Runtime code hashes of the published implementations: identity, reputation, validation.</summary>
    private static readonly HashSet<Hash32> s_published =
    [
        Hash32.Parse("0xa5f9624ea85e45b3f4b8558581f03bfb3e6cefab278d7bf0500ec9bd065dc16f"),
        Hash32.Parse("0x38602de97f1bd86f0a4729f7f3c0a78b1d27892e6eb581272cce5504a68fd00b"),
        Hash32.Parse("0x14ffccec8b46c9175bb80327a5471b0333596aed02e2ff500d772bd505a303c6"),
    ];

    /// <summary>Runtime code hash of the published proxy, 130 bytes.</summary>
    private static readonly Hash32 s_proxy = Hash32.Parse("0xd0e45b1d89fa9b6cc7e97c1f155d64180e5c232aaccf9900ef9d4fd738c02b41");

    /// <summary>Probes several registries in two round trips.</summary>
    /// <param name="rpc">The chain.</param>
    /// <param name="addresses">Registries.</param>
    /// <param name="trusted">Further runtime code hashes that count as known, for own deployments.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public static async Task<IReadOnlyList<RegistryStatus>> ProbeAsync(
        EvmRpc rpc, IReadOnlyList<EvmAddress> addresses, IReadOnlySet<Hash32>? trusted = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        ArgumentNullException.ThrowIfNull(addresses);
        var batch = rpc.CreateBatch();
        var codes = new RpcAnswer<byte[]>[addresses.Count];
        var versions = new RpcAnswer<byte[]>[addresses.Count];
        var slots = new RpcAnswer<byte[]>[addresses.Count];
        for (var i = 0; i < addresses.Count; i++)
        {
            codes[i] = batch.Add(EvmRequests.Code(addresses[i], BlockTag.Latest));
            versions[i] = batch.Add(EvmRequests.Call(new() { To = addresses[i], Data = IdentityRegistry.GetVersion.Encode() }, BlockTag.Latest));
            slots[i] = batch.Add(EvmRequests.StorageAt(addresses[i], s_implementationSlot, BlockTag.Latest));
        }

        await batch.SendAsync(cancellationToken).ConfigureAwait(false);

        var second = rpc.CreateBatch();
        var implementations = new (EvmAddress Address, RpcAnswer<byte[]> Code)?[addresses.Count];
        for (var i = 0; i < addresses.Count; i++)
        {
            if (slots[i].Error is null && slots[i].Value.Length == 32 && new Hash32(slots[i].Value) is { IsZero: false } slot
                && slot.TryToAddress(out var implementation))
            {
                implementations[i] = (implementation, second.Add(EvmRequests.Code(implementation, BlockTag.Latest)));
            }
        }

        await second.SendAsync(cancellationToken).ConfigureAwait(false);
        var found = new RegistryStatus[addresses.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Judge(addresses[i], codes[i].Value, Version(versions[i]), implementations[i]?.Address, implementations[i]?.Code.Value, trusted);
        }

        return found;
    }

    internal static RegistryStatus Judge(
        EvmAddress address, byte[] code, string? version, EvmAddress? implementation, byte[]? implementationCode, IReadOnlySet<Hash32>? trusted)
    {
        if (code.Length == 0)
        {
            return new(address, RegistryState.Absent);
        }

        var ownHash = Hash32.Keccak(code);
        var hash = implementationCode is null ? ownHash : Hash32.Keccak(implementationCode);
        var isKnown = (ownHash == s_proxy && s_published.Contains(hash)) || trusted?.Contains(hash) is true;
        var state = version switch
        {
            "0.0.1" or "1.0.0" => RegistryState.Placeholder,
            "2.0.0" when isKnown => RegistryState.Known,
            "2.0.0" => ownHash == s_proxy ? RegistryState.Upgraded : RegistryState.UnknownCode,
            _ => RegistryState.OtherVersion,
        };
        return new(address, state, version, implementation, hash);
    }

    private static string? Version(RpcAnswer<byte[]> answer)
    {
        try
        {
            return answer.Error is null ? StrangersText.Of(IdentityRegistry.GetVersion.DecodeResult(answer.Value)[0].AsBytes(), 24) : null;
        }
        catch (EvmFormatException)
        {
            // Whatever answers here is no registry; without a version it is of no known one.
            return null;
        }
    }
}
