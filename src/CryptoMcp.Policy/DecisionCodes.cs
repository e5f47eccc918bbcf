namespace CryptoMcp.Policy;

/// <summary>Stable codes of <see cref="Decision.Code"/>.</summary>
public static class DecisionCodes
{
    /// <summary>A rule allows it and every budget has room.</summary>
    public const string Allowed = "allowed";

    /// <summary>A rule asks for the owner's approval.</summary>
    public const string ApprovalNeeded = "approval_needed";

    /// <summary>The payee was added less than <c>newPayeeWait</c> ago: ask.</summary>
    public const string PayeeTooNew = "payee_too_new";

    /// <summary>A budget with <c>whenFull: ask</c> has no room: ask.</summary>
    public const string OverBudgetAsk = "over_budget_ask";

    /// <summary>On the fixed list that no policy can open.</summary>
    public const string NeverSigned = "never_signed";

    /// <summary>The policy is past <c>expires</c>.</summary>
    public const string PolicyExpired = "policy_expired";

    /// <summary>No such operation.</summary>
    public const string UnknownOperation = "unknown_operation";

    /// <summary>The signing account is no wallet of the policy.</summary>
    public const string UnknownWallet = "unknown_wallet";

    /// <summary>An effect could not be measured.</summary>
    public const string UnknownEffect = "unknown_effect";

    /// <summary>An asset that the policy does not pin on this chain.</summary>
    public const string UnknownAsset = "unknown_asset";

    /// <summary>An effect on another chain than the spend's.</summary>
    public const string WrongChain = "wrong_chain";

    /// <summary>Decimals other than the policy pins.</summary>
    public const string WrongDecimals = "wrong_decimals";

    /// <summary>No address of this chain: wrong form or EIP-55 checksum.</summary>
    public const string InvalidAddress = "invalid_address";

    /// <summary>Zero address, precompile, token contract or the wallet itself.</summary>
    public const string InvalidRecipient = "invalid_recipient";

    /// <summary>Begins and ends like a known address and is another.</summary>
    public const string LooksLikeKnown = "looks_like_known_address";

    /// <summary>The paying host is missing or malformed.</summary>
    public const string InvalidHost = "invalid_host";

    /// <summary>The host may only be paid at the address that the policy names.</summary>
    public const string HostPayeeMismatch = "host_payee_mismatch";

    /// <summary>A <c>forbid</c> rule matches, or cannot be ruled out.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Above the fee cap of the chain.</summary>
    public const string FeeTooHigh = "fee_too_high";

    /// <summary>The chain has no fee cap, or the fee is in another asset than the cap.</summary>
    public const string FeeNotCapped = "fee_not_capped";

    /// <summary>Above <c>oneSignature</c>.</summary>
    public const string OverSignatureLimit = "over_signature_limit";

    /// <summary>Valid for longer than <c>authorizationLifetime</c>, or for an unknown time.</summary>
    public const string LifetimeTooLong = "lifetime_too_long";

    /// <summary>As many authorizations are open as <c>openAuthorizations</c> or <c>openPerHost</c> allow.</summary>
    public const string TooManyOpen = "too_many_open";

    /// <summary>Allowances are off, or the amount is unlimited.</summary>
    public const string AllowanceRefused = "allowance_refused";

    /// <summary>An allowance to somebody who is neither a payee nor the contract that is called.</summary>
    public const string SpenderNotListed = "spender_not_listed";

    /// <summary>Above <c>slippage</c>.</summary>
    public const string SlippageTooHigh = "slippage_too_high";

    /// <summary>No dollar value: the asset has no <c>usdAtLeast</c>.</summary>
    public const string NoUsdValue = "no_usd_value";

    /// <summary>The called contract or program is missing.</summary>
    public const string UnknownContract = "unknown_contract";

    /// <summary>No rule allows it.</summary>
    public const string NoRule = "no_rule";

    /// <summary>A budget has no room.</summary>
    public const string OverBudget = "over_budget";

    /// <summary>A budget that counts <c>each</c> of something has as many keys as it may have.</summary>
    public const string TooManyKeys = "too_many_keys";

    /// <summary>Too many refusals lately.</summary>
    public const string TooManyDenials = "too_many_denials";
}
