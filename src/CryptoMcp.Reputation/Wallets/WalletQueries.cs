using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>The events in which a wallet appears, and the contracts whose word is taken for them.</summary>
internal static class WalletQueries
{
    public static readonly AbiEvent AuthorizationUsed = AbiEvent.Parse("event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)");

    public static readonly AbiEvent UserOperation = AbiEvent.Parse(
        "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success,"
        + " uint256 actualGasCost, uint256 actualGasUsed)");

    public static readonly AbiEvent Attested = AbiEvent.Parse(
        "event Attested(address indexed recipient, address indexed attester, bytes32 uid, bytes32 indexed schemaUID)");

    public static readonly AbiFunction GetAttestation = AbiFunction.Parse(
        "function getAttestation(bytes32 uid) view returns ((bytes32 uid, bytes32 schema, uint64 time, uint64 expirationTime, uint64 revocationTime,"
        + " bytes32 refUID, address recipient, address attester, bool revocable, bytes data) attestation)");

    public static readonly AbiEvent SharesSlashed = AbiEvent.Parse(
        "event OperatorSharesSlashed(address indexed operator, address strategy, uint256 totalSlashedShares)");

    public static readonly AbiFunction IsOperator = AbiFunction.Parse("function isOperator(address operator) view returns (bool)");

    public static readonly AbiFunction DelegatedTo = AbiFunction.Parse("function delegatedTo(address staker) view returns (address)");

    /// <summary>EigenLayer's DelegationManager on Ethereum.</summary>
    public static readonly EvmAddress DelegationManager = EvmAddress.Parse("0x39053D51B77DC0d36036Fc1fCc8Cb819df8Ef37A");

    /// <summary>First block with slashing on Ethereum.</summary>
    public const ulong SlashingSince = 22_218_956;

    /// <summary>Spenders of the x402 schemes over Permit2: the same on every chain.</summary>
    public static readonly EvmAddress[] X402Proxies =
    [
        EvmAddress.Parse("0x402085c248EeA27D92E8b30b2C58ed07f9E20001"), EvmAddress.Parse("0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002"),
    ];

    /// <summary>Entry points of ERC-4337; anybody can emit such an event, so only theirs count.</summary>
    public static readonly EvmAddress[] EntryPoints =
    [
        EvmAddress.Parse("0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789"), EvmAddress.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032"),
        EvmAddress.Parse("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"),
    ];

    private static readonly EvmAddress s_easPredeploy = EvmAddress.Parse("0x4200000000000000000000000000000000000021");

    private static readonly Dictionary<ulong, EvmAddress> s_eas = new()
    {
        [1] = EvmAddress.Parse("0xA1207F3BBa224E2c9c3c6D5aF63D0eb1582Ce587"),
        [42161] = EvmAddress.Parse("0xbD75f629A22Dc1ceD33dDA0b68c546A1c035c458"),
        [137] = EvmAddress.Parse("0x5E634ef5355f45A855d02D66eCD687b1502AF790"),
        [534352] = EvmAddress.Parse("0xC47300428b6AD2c7D03BB76D05A176058b47E6B0"),
        [42220] = EvmAddress.Parse("0x72E1d8ccf5299fb36fEfD8CC4394B8ef7e98Af92"),
        [59144] = EvmAddress.Parse("0xaEF4103A04090071165F78D45D83A0C0782c2B2a"),
        [11155111] = EvmAddress.Parse("0xC2679fBD37d54388Ce493F1DB75320D236e1815e"),
    };

    /// <summary>The Ethereum Attestation Service of a chain: a predeploy of OP-stack chains, else where it was put.</summary>
    public static EvmAddress? EasOf(EvmChain chain) => chain.IsOpStack ? s_easPredeploy : s_eas.TryGetValue(chain.Id.EvmNumber, out var at) ? at : null;
}
