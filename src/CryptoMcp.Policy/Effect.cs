using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>
/// One thing that a signature can do to the wallet, in the worst case, as decoded from the bytes that are to be signed;
/// never as the caller describes it.
/// </summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Value leaves the wallet. <c>upto</c> payments state their ceiling, transfers with a token fee the gross amount.</summary>
    /// <param name="Amount">The most that can leave.</param>
    /// <param name="Recipient">Full address of who receives it: the decoded recipient, not the contract that is called.</param>
    public sealed record Outflow(Amount Amount, string Recipient) : Effect;

    /// <summary>Somebody may take value later (ERC-20 approve, permit, Permit2). It counts as spent.</summary>
    /// <param name="Amount">The most that can be taken.</param>
    /// <param name="Spender">Full address of who may take it.</param>
    public sealed record Allowance(Amount Amount, string Spender) : Effect;

    /// <summary>A fee paid from the wallet: gas limit × fee cap, L1 data fee, Solana signatures, compute units and rent.</summary>
    /// <param name="Amount">The most that can be charged.</param>
    public sealed record Fee(Amount Amount) : Effect;

    /// <summary>Value that certainly arrives in the wallet; the least, where it varies.</summary>
    /// <param name="Amount">The least that arrives.</param>
    public sealed record Inflow(Amount Amount) : Effect;

    /// <summary>Something that the decoder saw and could not measure. Always refused.</summary>
    /// <param name="Description">What it is, for the refusal.</param>
    public sealed record Unknown(string Description) : Effect;

    /// <summary>Something on the fixed list that no policy can open. Always refused.</summary>
    /// <param name="Kind">Which entry of the list.</param>
    public sealed record NeverSigned(NeverSigned.Entry Kind) : Effect
    {
        /// <summary>The fixed list.</summary>
        public enum Entry
        {
            /// <summary>A bare 32-byte hash, or a message that looks like one.</summary>
            RawHash,

            /// <summary>The <c>eth_sign</c> method.</summary>
            EthSign,

            /// <summary>An EIP-7702 authorization: it hands over the whole account.</summary>
            Eip7702Authorization,

            /// <summary>A delegate call made by the account.</summary>
            DelegateCall,

            /// <summary>A transaction without recipient, which creates a contract.</summary>
            ContractCreation,

            /// <summary>ERC-721 or ERC-1155 <c>setApprovalForAll</c>.</summary>
            SetApprovalForAll,

            /// <summary><c>increaseAllowance</c>: its outcome depends on state at execution.</summary>
            IncreaseAllowance,

            /// <summary>A permit that is all or nothing (DAI) or names several spenders at once (Permit2 batch).</summary>
            OpenEndedPermit,

            /// <summary>A Solana transaction under a durable nonce: it never expires.</summary>
            DurableNonce,

            /// <summary>SPL <c>SetAuthority</c>.</summary>
            SetAuthority,

            /// <summary>Solana System <c>Assign</c> or an owner change.</summary>
            Assign,

            /// <summary>Closing an account in favour of somebody else.</summary>
            CloseAccountToOther,

            /// <summary>A Token-2022 mint with permanent delegate or transfer hook that is not listed by mint.</summary>
            UnlistedTokenExtension,

            /// <summary>Addresses from a lookup table that was not resolved at a final slot.</summary>
            UnresolvedLookupTable,

            /// <summary>A signature valid on chain id 0, on no stated chain, or on another chain than the intent's.</summary>
            WrongOrMissingChainId,

            /// <summary>Typed data without a template that turns every field into effects.</summary>
            TypedDataWithoutTemplate,

            /// <summary>Bytes that do not re-encode to themselves: trailing bytes, dirty bits, loose ABI offsets, duplicate keys.</summary>
            NonCanonicalBytes,

            /// <summary>A transaction made by somebody else that matches no exact template.</summary>
            ForeignTransaction,
        }
    }
}
