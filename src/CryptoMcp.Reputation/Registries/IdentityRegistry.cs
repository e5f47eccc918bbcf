using CryptoMcp.Evm;

#pragma warning disable CS1591 // A signature says all that could be said of a function; what is surprising is said above it.

namespace CryptoMcp.Reputation;

/// <summary>
/// The ERC-8004 identity registry 2.0.0 as deployed: ERC-721 with a URI, metadata and a wallet for each agent. Text that
/// it returns is declared as bytes, since a stranger wrote it and it need not be UTF-8.
/// </summary>
public static class IdentityRegistry
{
    /// <summary>Metadata key of the agent's wallet; the value is 20 raw bytes.</summary>
    public const string WalletKey = "agentWallet";

    public static AbiFunction Register { get; } = AbiFunction.Parse("function register() returns (uint256)");

    public static AbiFunction RegisterUri { get; } = AbiFunction.Parse("function register(string agentURI) returns (uint256)");

    public static AbiFunction RegisterWithMetadata { get; } = AbiFunction.Parse(
        "function register(string agentURI, (string metadataKey, bytes metadataValue)[] metadata) returns (uint256)");

    public static AbiFunction SetAgentUri { get; } = AbiFunction.Parse("function setAgentURI(uint256 agentId, string newURI)");

    public static AbiFunction SetMetadata { get; } = AbiFunction.Parse("function setMetadata(uint256 agentId, string key, bytes value)");

    public static AbiFunction GetMetadata { get; } = AbiFunction.Parse("function getMetadata(uint256 agentId, string key) view returns (bytes)");

    /// <summary>Zero for an agent without a wallet, and for one that does not exist: no revert.</summary>
    public static AbiFunction GetAgentWallet { get; } = AbiFunction.Parse("function getAgentWallet(uint256 agentId) view returns (address)");

    public static AbiFunction SetAgentWallet { get; } = AbiFunction.Parse(
        "function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes signature)");

    public static AbiFunction UnsetAgentWallet { get; } = AbiFunction.Parse("function unsetAgentWallet(uint256 agentId)");

    public static AbiFunction GetVersion { get; } = AbiFunction.Parse("function getVersion() view returns (bytes)");

    public static AbiFunction OwnerOf { get; } = AbiFunction.Parse("function ownerOf(uint256 agentId) view returns (address)");

    public static AbiFunction TokenUri { get; } = AbiFunction.Parse("function tokenURI(uint256 agentId) view returns (bytes)");

    public static AbiFunction GetApproved { get; } = AbiFunction.Parse("function getApproved(uint256 agentId) view returns (address)");

    public static AbiFunction SetApprovalForAll { get; } = AbiFunction.Parse("function setApprovalForAll(address operator, bool approved)");

    public static AbiFunction TransferFrom { get; } = AbiFunction.Parse("function transferFrom(address from, address to, uint256 agentId)");

    public static AbiEvent Registered { get; } = AbiEvent.Parse(
        "event Registered(uint256 indexed agentId, string agentURI, address indexed owner)");

    public static AbiEvent MetadataSet { get; } = AbiEvent.Parse(
        "event MetadataSet(uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue)");

    public static AbiEvent UriUpdated { get; } = AbiEvent.Parse(
        "event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy)");

    public static AbiEvent Transfer { get; } = AbiEvent.Parse(
        "event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)");

    public static AbiEvent Approval { get; } = AbiEvent.Parse(
        "event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)");

    public static AbiEvent ApprovalForAll { get; } = AbiEvent.Parse(
        "event ApprovalForAll(address indexed owner, address indexed operator, bool approved)");

    /// <summary>EIP-712 struct that the new wallet signs; domain <c>ERC8004IdentityRegistry</c>, version 1. It has no nonce.</summary>
    public const string WalletSetType = "AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)";

    /// <summary>topic2 of <see cref="MetadataSet"/> for the agent's wallet.</summary>
    public static Hash32 WalletTopic { get; } = Hash32.Keccak("agentWallet"u8);

    /// <summary>What a new wallet signs to be bound to an agent.</summary>
    public static TypedData WalletSet(RegistrySet registries, System.Numerics.BigInteger agentId, EvmAddress newWallet, EvmAddress owner, ulong deadline)
    {
        ArgumentNullException.ThrowIfNull(registries);
        return TypedData.Create(
            new()
            {
                Name = "ERC8004IdentityRegistry",
                Version = "1",
                ChainId = registries.Chain.EvmNumber,
                VerifyingContract = registries.Identity,
            },
            WalletSetType,
            agentId, newWallet, owner, deadline);
    }
}
