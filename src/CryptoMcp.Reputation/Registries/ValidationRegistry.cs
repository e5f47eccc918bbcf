using CryptoMcp.Evm;

#pragma warning disable CS1591 // A signature says all that could be said of a function; what is surprising is said above it.

namespace CryptoMcp.Reputation;

/// <summary>
/// The ERC-8004 validation registry. What it holds is the word of the validator that the owner named, who may be the owner
/// itself: evidence by a name, never more.
/// </summary>
public static class ValidationRegistry
{
    public static AbiFunction ValidationRequestFunction { get; } = AbiFunction.Parse(
        "function validationRequest(address validatorAddress, uint256 agentId, string requestURI, bytes32 requestHash)");

    public static AbiFunction ValidationResponseFunction { get; } = AbiFunction.Parse(
        "function validationResponse(bytes32 requestHash, uint8 response, string responseURI, bytes32 responseHash, string tag)");

    /// <summary>A pending request and an answer of 0 look alike here; only a response's log tells them apart.</summary>
    public static AbiFunction GetValidationStatus { get; } = AbiFunction.Parse(
        "function getValidationStatus(bytes32 requestHash) view"
        + " returns (address validator, uint256 agentId, uint8 response, bytes32 responseHash, bytes tag, uint256 lastUpdate)");

    public static AbiFunction GetSummary { get; } = AbiFunction.Parse(
        "function getSummary(uint256 agentId, address[] validators, string tag) view returns (uint64 count, uint8 average)");

    public static AbiFunction GetAgentValidations { get; } = AbiFunction.Parse(
        "function getAgentValidations(uint256 agentId) view returns (bytes32[])");

    public static AbiFunction GetValidatorRequests { get; } = AbiFunction.Parse(
        "function getValidatorRequests(address validator) view returns (bytes32[])");

    public static AbiEvent ValidationRequest { get; } = AbiEvent.Parse(
        "event ValidationRequest(address indexed validatorAddress, uint256 indexed agentId, string requestURI, bytes32 indexed requestHash)");

    public static AbiEvent ValidationResponse { get; } = AbiEvent.Parse(
        "event ValidationResponse(address indexed validatorAddress, uint256 indexed agentId, bytes32 indexed requestHash, uint8 response,"
        + " string responseURI, bytes32 responseHash, string tag)");

    /// <summary>The data of <see cref="ValidationResponse"/> with text as bytes.</summary>
    internal static AbiFunction ResponseData { get; } = AbiFunction.Parse("function data() returns (uint8, bytes, bytes32, bytes)");
}
