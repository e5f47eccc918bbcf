namespace CryptoMcp.Evm;

/// <summary>
/// Looks up ENS names, to show them. Never to pay: whoever controls a name, or the node that answers, could change
/// where it points between two looks.
/// </summary>
public sealed class Ens
{
    private static readonly AbiFunction s_resolver = AbiFunction.Parse("function resolver(bytes32 node) view returns (address)");
    private static readonly AbiFunction s_address = AbiFunction.Parse("function addr(bytes32 node) view returns (address)");
    private static readonly AbiFunction s_name = AbiFunction.Parse("function name(bytes32 node) view returns (string)");

    /// <summary>EIP-3668 <c>OffchainLookup(address,string[],bytes,bytes4,bytes)</c>: the resolver wants us to fetch a URL of its
    /// choice.</summary>
    private static readonly AbiFunction s_offchainLookup = AbiFunction.Parse(
        "error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callbackFunction, bytes extraData)");

    private readonly EvmRpc _rpc;
    private readonly EvmAddress _registry;

    /// <summary>Looks names up on the client's chain.</summary>
    /// <exception cref="ArgumentException">The chain has no ENS.</exception>
    public Ens(EvmRpc rpc)
    {
        _rpc = rpc;
        _registry = rpc.Chain.EnsRegistry
            ?? throw new ArgumentException($"{rpc.Chain} has no ENS. Names are looked up on Ethereum.", nameof(rpc));
    }

    /// <summary>The address that a name points to; null when it points nowhere.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    /// <exception cref="EvmFormatException">The name is kept off chain, or its resolver does not answer like one.</exception>
    public async Task<EvmAddress?> ResolveAsync(EnsName name, CancellationToken cancellationToken = default)
    {
        var node = name.Node();
        if (await ResolverAsync(node, cancellationToken).ConfigureAwait(false) is not { } resolver)
        {
            return null;
        }

        var address = (await AskAsync(resolver, s_address, node, cancellationToken).ConfigureAwait(false))[0].AsAddress();
        return address.IsZero ? null : address;
    }

    /// <summary>
    /// The name that an address claims, if that name points back to the address; anybody can claim any name, so an
    /// unconfirmed one is not returned. Names with characters that we do not support are not returned either.
    /// </summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public async Task<EnsName?> ReverseAsync(EvmAddress address, CancellationToken cancellationToken = default)
    {
        // ENSIP-3: the reverse record of an address is <40 lower-case digits>.addr.reverse.
        var node = EnsName.Node($"{address.ToLowerString()[2..]}.addr.reverse");
        try
        {
            if (await ResolverAsync(node, cancellationToken).ConfigureAwait(false) is not { } resolver)
            {
                return null;
            }

            var claimed = (await AskAsync(resolver, s_name, node, cancellationToken).ConfigureAwait(false))[0].AsText();
            return EnsName.TryParse(claimed, out var name, out _) && name.Text == claimed
                && await ResolveAsync(name, cancellationToken).ConfigureAwait(false) == address
                ? name
                : null;
        }
        catch (EvmFormatException)
        {
            // The resolver is a contract of the claimant's choice; when it does not answer properly, there is no claim.
            return null;
        }
    }

    private async Task<EvmAddress?> ResolverAsync(Hash32 node, CancellationToken cancellationToken)
    {
        var resolver = (await AskAsync(_registry, s_resolver, node, cancellationToken).ConfigureAwait(false))[0].AsAddress();
        return resolver.IsZero ? null : resolver;
    }

    private async Task<AbiValue[]> AskAsync(EvmAddress contract, AbiFunction function, Hash32 node, CancellationToken cancellationToken)
    {
        try
        {
            return function.DecodeResult(
                await _rpc.CallAsync(new() { To = contract, Data = function.Encode(node) }, BlockTag.Latest, cancellationToken)
                    .ConfigureAwait(false));
        }
        catch (EvmRpcException error) when (s_offchainLookup.Matches(error.RevertData.Span))
        {
            throw new EvmFormatException(
                "The name is kept off chain (EIP-3668), which is not supported: it would mean fetching an address of a stranger's choice.",
                error);
        }
        catch (EvmRpcException error) when (error.Kind == EvmRpcFailure.RpcError && (error.Code == 3 || !error.RevertData.IsEmpty))
        {
            throw new EvmFormatException("The name's resolver refused to answer.", error);
        }
    }
}
