using CryptoMcp.Evm;

#pragma warning disable CS1591 // A signature says all that could be said of a function; what is surprising is said above it.

namespace CryptoMcp.Reputation;

/// <summary>
/// The ERC-8004 reputation registry 2.0.0 as deployed. Its own <c>getSummary</c> truncates to int128 and mixes scales, so
/// it is never a score here: feedback is read whole and added up by us.
/// </summary>
public static class ReputationRegistry
{
    public static AbiFunction GiveFeedback { get; } = AbiFunction.Parse(
        "function giveFeedback(uint256 agentId, int128 value, uint8 valueDecimals, string tag1, string tag2, string endpoint,"
        + " string feedbackURI, bytes32 feedbackHash)");

    public static AbiFunction RevokeFeedback { get; } = AbiFunction.Parse("function revokeFeedback(uint256 agentId, uint64 feedbackIndex)");

    public static AbiFunction AppendResponse { get; } = AbiFunction.Parse(
        "function appendResponse(uint256 agentId, address clientAddress, uint64 feedbackIndex, string responseURI, bytes32 responseHash)");

    public static AbiFunction GetSummary { get; } = AbiFunction.Parse(
        "function getSummary(uint256 agentId, address[] clientAddresses, string tag1, string tag2) view"
        + " returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals)");

    public static AbiFunction ReadFeedback { get; } = AbiFunction.Parse(
        "function readFeedback(uint256 agentId, address client, uint64 index) view"
        + " returns (int128 value, uint8 valueDecimals, bytes tag1, bytes tag2, bool isRevoked)");

    public static AbiFunction ReadAllFeedback { get; } = AbiFunction.Parse(
        "function readAllFeedback(uint256 agentId, address[] clients, string tag1, string tag2, bool includeRevoked) view"
        + " returns (address[], uint64[], int128[], uint8[], bytes[], bytes[], bool[])");

    public static AbiFunction GetResponseCount { get; } = AbiFunction.Parse(
        "function getResponseCount(uint256 agentId, address client, uint64 index, address[] responders) view returns (uint64)");

    public static AbiFunction GetClients { get; } = AbiFunction.Parse("function getClients(uint256 agentId) view returns (address[])");

    public static AbiFunction GetLastIndex { get; } = AbiFunction.Parse(
        "function getLastIndex(uint256 agentId, address client) view returns (uint64)");

    public static AbiFunction GetIdentityRegistry { get; } = AbiFunction.Parse("function getIdentityRegistry() view returns (address)");

    public static AbiEvent NewFeedback { get; } = AbiEvent.Parse(
        "event NewFeedback(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, int128 value, uint8 valueDecimals,"
        + " string indexed indexedTag1, string tag1, string tag2, string endpoint, string feedbackURI, bytes32 feedbackHash)");

    public static AbiEvent FeedbackRevoked { get; } = AbiEvent.Parse(
        "event FeedbackRevoked(uint256 indexed agentId, address indexed clientAddress, uint64 indexed feedbackIndex)");

    public static AbiEvent ResponseAppended { get; } = AbiEvent.Parse(
        "event ResponseAppended(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, address indexed responder,"
        + " string responseURI, bytes32 responseHash)");

    /// <summary>The data of <see cref="NewFeedback"/> with text as bytes: a strange tag must not hide an entry.</summary>
    internal static AbiFunction NewFeedbackData { get; } = AbiFunction.Parse(
        "function data() returns (uint64, int128, uint8, bytes, bytes, bytes, bytes, bytes32)");
}
