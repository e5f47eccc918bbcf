using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>Answer of <c>reputation_agent</c>.</summary>
public sealed record AgentResult
{
    /// <summary><c>eip155:8453:0x…/22</c>; absent when several fit or none.</summary>
    public string? Agent { get; init; }

    /// <summary><c>registered</c>, <c>placeholder</c>, <c>no_agent</c>, <c>no_registry</c> or <c>several</c>.</summary>
    [Description("registered, placeholder (no file that names it), no_agent, no_registry or several.")]
    public required string Presence { get; init; }

    /// <summary>Agents that fit, when there are several: ask again with one.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }

    /// <summary>Owner, checksummed.</summary>
    public string? Owner { get; init; }

    /// <summary>Wallet that is bound now.</summary>
    public string? Wallet { get; init; }

    /// <summary>Registration time, ISO 8601.</summary>
    public string? Since { get; init; }

    /// <summary>Owners so far; more than one: it was sold or given away.</summary>
    public int? Owners { get; init; }

    /// <summary>Block of the last change of hands.</summary>
    public ulong? SoldInBlock { get; init; }

    /// <summary>Addresses that were ever bound as its wallet.</summary>
    public IReadOnlyList<string>? WalletsEver { get; init; }

    /// <summary>The registries as found.</summary>
    public IReadOnlyList<RegistryShape>? Registries { get; init; }

    /// <summary>The registration file.</summary>
    public AgentFileShape? File { get; init; }

    /// <summary>What the evidence says, tag by tag.</summary>
    public IReadOnlyList<JudgementShape>? Judgements { get; init; }

    /// <summary>Sums by tag; scales differ, so they are never added up.</summary>
    public IReadOnlyList<TagShape>? Tags { get; init; }

    /// <summary>What bears on the reviewers' independence.</summary>
    public IReadOnlyList<string>? Signals { get; init; }

    /// <summary>Words of named validators; evidence by name only.</summary>
    public IReadOnlyList<ValidationShape>? Validations { get; init; }

    /// <summary>One page of entries, newest first.</summary>
    public IReadOnlyList<FeedbackShape>? Feedback { get; init; }

    /// <summary>Gets the next page of entries.</summary>
    public string? NextCursor { get; init; }

    /// <summary>What was seen and what was not.</summary>
    public CoverageShape? Coverage { get; init; }

    /// <summary>What makes this less than it seems.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>A registry contract as found.</summary>
public sealed record RegistryShape
{
    /// <summary>identity, reputation or validation.</summary>
    public required string Role { get; init; }

    /// <summary>Address.</summary>
    public required string Address { get; init; }

    /// <summary><c>known</c>, <c>upgraded</c>, <c>unknown_code</c>, <c>other_version</c>, <c>placeholder</c> or <c>absent</c>.</summary>
    public required string Code { get; init; }
}

/// <summary>A registration file; all text in it is the agent's own.</summary>
public sealed record AgentFileShape
{
    /// <summary><c>none</c>, <c>inline</c>, <c>fetched</c>, <c>unreachable</c> or <c>refused</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it could not be had.</summary>
    public string? Problem { get; init; }

    /// <summary>Keccak-256 of its bytes.</summary>
    public string? Keccak256 { get; init; }

    /// <summary><c>on-chain</c>, <c>cid-verified</c> or <c>unverified</c>.</summary>
    public string? Integrity { get; init; }

    /// <summary>True when it names this agent.</summary>
    [Description("File names this agent; false: may be another's file.")]
    public bool? BackLink { get; init; }

    /// <summary>Name that it claims.</summary>
    public string? UntrustedName { get; init; }

    /// <summary>Description that it claims.</summary>
    public string? UntrustedDescription { get; init; }

    /// <summary>Services that it claims.</summary>
    public IReadOnlyList<ServiceShape>? Services { get; init; }

    /// <summary>Whether it says it takes x402 payments.</summary>
    public bool? X402Support { get; init; }

    /// <summary>Whether it says it is active.</summary>
    public bool? Active { get; init; }

    /// <summary>Kinds of trust that it names.</summary>
    public IReadOnlyList<string>? UntrustedTrust { get; init; }

    /// <summary>What differs from the standard.</summary>
    public IReadOnlyList<string>? Findings { get; init; }
}

/// <summary>A service that an agent claims.</summary>
public sealed record ServiceShape
{
    /// <summary>Such as MCP or A2A.</summary>
    public required string UntrustedName { get; init; }

    /// <summary>Its address.</summary>
    public required string UntrustedEndpoint { get; init; }

    /// <summary><c>verified</c>, <c>not_served</c>, <c>mismatch</c>, <c>not_https</c> or <c>not_asked</c>.</summary>
    [Description("Whether the host speaks for the agent: verified, not_served, mismatch, not_https, not_asked.")]
    public string? Domain { get; init; }
}

/// <summary>What the evidence under one tag says. Shares between 0 and 1, as text.</summary>
public sealed record JudgementShape
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary><c>insufficient-evidence</c> or <c>judged</c>.</summary>
    [Description("insufficient-evidence (do not rely on it) or judged.")]
    public required string Verdict { get; init; }

    /// <summary>Expected share of the best.</summary>
    [Description("Expected share of the best, 0 to 1, from independent, paid evidence.")]
    public required string Expectation { get; init; }

    /// <summary>1 without evidence, towards 0 with much.</summary>
    public required string Uncertainty { get; init; }

    /// <summary>Mean over all entries alike.</summary>
    [Description("Plain mean over everybody; cheap to fake.")]
    public string? NaiveMean { get; init; }

    /// <summary>The expectation without the most favourable witness.</summary>
    public required string WithoutTop1 { get; init; }

    /// <summary>The expectation without the three most favourable.</summary>
    public required string WithoutTop3 { get; init; }

    /// <summary>Independent clients that paid.</summary>
    public required int PayingWitnesses { get; init; }

    /// <summary>Independent clients that did not.</summary>
    public required int FreeWitnesses { get; init; }

    /// <summary>Net payments behind it.</summary>
    [Description("At least so much must be locked up to fake it.")]
    public required string CostToFake { get; init; }

    /// <summary>Largest share of entries by one client.</summary>
    public required string TopShare { get; init; }

    /// <summary>Herfindahl index over clients.</summary>
    public required string Concentration { get; init; }
}

/// <summary>Sums under one tag, in the tag's own scale.</summary>
public sealed record TagShape
{
    /// <summary>The tag.</summary>
    public required string UntrustedTag { get; init; }

    /// <summary>Entries in force.</summary>
    public required int Entries { get; init; }

    /// <summary>Entries taken back.</summary>
    public required int Revoked { get; init; }

    /// <summary>Clients.</summary>
    public required int Clients { get; init; }

    /// <summary>Entries outside the tag's scale.</summary>
    public required int OutOfScale { get; init; }

    /// <summary>Median.</summary>
    public string? Median { get; init; }

    /// <summary>Mean.</summary>
    public string? Mean { get; init; }

    /// <summary>Smallest.</summary>
    public string? Least { get; init; }

    /// <summary>Largest.</summary>
    public string? Most { get; init; }
}

/// <summary>A validation.</summary>
public sealed record ValidationShape
{
    /// <summary>Whom the owner named.</summary>
    public required string Validator { get; init; }

    /// <summary>0 to 100 by the validator's own scale, or <c>pending</c>.</summary>
    [Description("0 to 100 by the validator's own scale (0 may be best), or pending.")]
    public required string Response { get; init; }

    /// <summary>The validator's tag.</summary>
    public string? UntrustedTag { get; init; }

    /// <summary>True when validator and agent are the same side.</summary>
    public bool? Self { get; init; }
}

/// <summary>One feedback.</summary>
public sealed record FeedbackShape
{
    /// <summary>Author.</summary>
    public required string Client { get; init; }

    /// <summary>Value in the tag's scale.</summary>
    public required string Value { get; init; }

    /// <summary>First tag.</summary>
    public required string UntrustedTag { get; init; }

    /// <summary>Second tag.</summary>
    public string? UntrustedTag2 { get; init; }

    /// <summary>True when taken back.</summary>
    public bool? Revoked { get; init; }

    /// <summary>Time, ISO 8601.</summary>
    public string? Time { get; init; }

    /// <summary>Transaction.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Why its author is not independent.</summary>
    public string? Dependence { get; init; }

    /// <summary>Responses; anybody may respond.</summary>
    public int? Responses { get; init; }

    /// <summary>What of its own file holds.</summary>
    public FeedbackFileShape? File { get; init; }
}

/// <summary>A feedback's own file.</summary>
public sealed record FeedbackFileShape
{
    /// <summary>How it was had.</summary>
    public required string Status { get; init; }

    /// <summary>True when its bytes have the hash on chain.</summary>
    public bool? HashMatches { get; init; }

    /// <summary>True when it is about this very feedback.</summary>
    public bool? FieldsMatch { get; init; }

    /// <summary>What became of its proof of payment.</summary>
    public required string Payment { get; init; }

    /// <summary>Its words.</summary>
    public string? UntrustedText { get; init; }
}

/// <summary>What a look-up has seen.</summary>
public sealed record CoverageShape
{
    /// <summary>True when everything was.</summary>
    [Description("false: something was not seen; see parts and warnings.")]
    public required bool Whole { get; init; }

    /// <summary>Block of the state that was read.</summary>
    public required ulong Block { get; init; }

    /// <summary>Requests made to nodes.</summary>
    public required int Calls { get; init; }

    /// <summary>Scans that did not see every block: what, which blocks, why.</summary>
    public IReadOnlyList<string>? Parts { get; init; }
}

/// <summary>Answer of <c>reputation_wallet</c>.</summary>
public sealed record WalletRecordResult
{
    /// <summary>The address, checksummed.</summary>
    public required string Wallet { get; init; }

    /// <summary>Short name of the chain.</summary>
    public required string Chain { get; init; }

    /// <summary><c>key</c>, <c>contract</c> or <c>delegated</c>.</summary>
    [Description("key (held by a private key), contract, or delegated (key with code, EIP-7702).")]
    public required string Kind { get; init; }

    /// <summary>Where a delegated account's code is.</summary>
    public string? DelegatedTo { get; init; }

    /// <summary>Transactions sent, as decimal text.</summary>
    public required string TransactionsSent { get; init; }

    /// <summary>Native coin held.</summary>
    public required string Balance { get; init; }

    /// <summary>Time of its first transaction, ISO 8601.</summary>
    public string? Since { get; init; }

    /// <summary>Dollar tokens received.</summary>
    public required string DollarsIn { get; init; }

    /// <summary>Dollar tokens sent.</summary>
    public required string DollarsOut { get; init; }

    /// <summary>Of what came in, by x402.</summary>
    public required string X402In { get; init; }

    /// <summary>Of what went out, by x402.</summary>
    public required string X402Out { get; init; }

    /// <summary>Different x402 payers.</summary>
    public required int X402Payers { get; init; }

    /// <summary>Different x402 payees.</summary>
    public required int X402Payees { get; init; }

    /// <summary>Other sides of pinned tokens, the most dollars first.</summary>
    public IReadOnlyList<string>? Counterparties { get; init; }

    /// <summary>Contracts that its newest transactions called.</summary>
    public IReadOnlyList<string>? Contracts { get; init; }

    /// <summary>Allowances that still stand.</summary>
    public IReadOnlyList<string>? Allowances { get; init; }

    /// <summary>EAS attestations: attester, schema, state.</summary>
    public IReadOnlyList<string>? Attestations { get; init; }

    /// <summary>EigenLayer, on Ethereum.</summary>
    public string? Operator { get; init; }

    /// <summary>Events in the timeline over all pages.</summary>
    public required int Total { get; init; }

    /// <summary>One page, newest first.</summary>
    public required IReadOnlyList<WalletEventShape> Timeline { get; init; }

    /// <summary>Gets the next page.</summary>
    public string? NextCursor { get; init; }

    /// <summary>What was seen and what was not.</summary>
    public required CoverageShape Coverage { get; init; }

    /// <summary>What the record lacks.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>One event of a wallet.</summary>
public sealed record WalletEventShape
{
    /// <summary>What happened.</summary>
    public required string Kind { get; init; }

    /// <summary>Time, ISO 8601.</summary>
    public string? Time { get; init; }

    /// <summary>The other side.</summary>
    public required string Counterparty { get; init; }

    /// <summary>Decimal text with unit; integer units and contract for an unknown token.</summary>
    public string? Amount { get; init; }

    /// <summary>Transaction.</summary>
    public required string TransactionId { get; init; }
}

/// <summary>Answer of <c>verify_signature</c>.</summary>
public sealed record SignatureResult
{
    /// <summary><c>valid</c>, <c>invalid</c> or <c>unknown</c>.</summary>
    [Description("valid, invalid, or unknown (cannot be told; treat as invalid).")]
    public required string Verdict { get; init; }

    /// <summary>How it was decided.</summary>
    [Description("ecdsa (a key signed) or erc-1271 (a contract said yes or no).")]
    public string? Method { get; init; }

    /// <summary>What was signed.</summary>
    public required string Digest { get; init; }

    /// <summary>Whose key made it.</summary>
    public string? RecoveredSigner { get; init; }

    /// <summary>Block at which a contract was asked.</summary>
    public ulong? Block { get; init; }

    /// <summary>What to know about it.</summary>
    public string? Note { get; init; }

    /// <summary>How far the quote proves the claim.</summary>
    [Description("0 claim only, 2 hardware quote verified and key bound, 3 measurement as expected, 4 this message signed by that key.")]
    public string? EvidenceLevel { get; init; }

    /// <summary>What was checked of the quote.</summary>
    public IReadOnlyList<string>? Checked { get; init; }

    /// <summary>Measurement in the quote.</summary>
    public string? Measurement { get; init; }
}
