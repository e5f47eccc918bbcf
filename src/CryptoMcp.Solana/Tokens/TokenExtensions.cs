using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>Token-2022 extensions. Source: <c>ExtensionType</c> of spl-token-2022.</summary>
public enum TokenExtension : ushort
{
    /// <summary>A fee is withheld from what arrives.</summary>
    TransferFeeConfig = 1,

    /// <summary>Fees withheld in a token account.</summary>
    TransferFeeAmount = 2,

    /// <summary>The mint can be closed.</summary>
    MintCloseAuthority = 3,

    /// <summary>Confidential transfers of a mint.</summary>
    ConfidentialTransferMint = 4,

    /// <summary>Confidential transfers of an account.</summary>
    ConfidentialTransferAccount = 5,

    /// <summary>New accounts may start frozen.</summary>
    DefaultAccountState = 6,

    /// <summary>The owner cannot change.</summary>
    ImmutableOwner = 7,

    /// <summary>Incoming transfers need a memo.</summary>
    MemoTransfer = 8,

    /// <summary>Cannot be transferred.</summary>
    NonTransferable = 9,

    /// <summary>Amounts grow on display.</summary>
    InterestBearingConfig = 10,

    /// <summary>No transfers from within other programs.</summary>
    CpiGuard = 11,

    /// <summary>Somebody can take the tokens from any account.</summary>
    PermanentDelegate = 12,

    /// <summary>Account of a mint that cannot be transferred.</summary>
    NonTransferableAccount = 13,

    /// <summary>A program runs on each transfer.</summary>
    TransferHook = 14,

    /// <summary>Account of a mint with a transfer hook.</summary>
    TransferHookAccount = 15,

    /// <summary>Confidential fees of a mint.</summary>
    ConfidentialTransferFeeConfig = 16,

    /// <summary>Confidential fees of an account.</summary>
    ConfidentialTransferFeeAmount = 17,

    /// <summary>Where the metadata is.</summary>
    MetadataPointer = 18,

    /// <summary>Name and symbol.</summary>
    TokenMetadata = 19,

    /// <summary>Where the group is.</summary>
    GroupPointer = 20,

    /// <summary>A group.</summary>
    TokenGroup = 21,

    /// <summary>Where the membership is.</summary>
    GroupMemberPointer = 22,

    /// <summary>A membership.</summary>
    TokenGroupMember = 23,

    /// <summary>Confidential minting and burning.</summary>
    ConfidentialMintBurn = 24,

    /// <summary>Amounts are scaled on display.</summary>
    ScaledUiAmount = 25,

    /// <summary>Everything can be paused.</summary>
    Pausable = 26,

    /// <summary>Account of a mint that can be paused.</summary>
    PausableAccount = 27,
}

/// <summary>A fee that a mint keeps from transfers.</summary>
/// <param name="Epoch">The first epoch in which it holds.</param>
/// <param name="MaximumUnits">Most units of it.</param>
/// <param name="BasisPoints">Hundredths of a percent of what leaves.</param>
public readonly record struct TransferFee(ulong Epoch, ulong MaximumUnits, ushort BasisPoints)
{
    private const uint One = 10_000;

    /// <summary>The fee of a transfer, rounded up as the program does.</summary>
    public ulong Of(ulong units) => Math.Min(MaximumUnits, (ulong)(((UInt128)units * BasisPoints + One - 1) / One));
}

/// <summary>What the extensions of a mint or token account say that matters to somebody who sends it.</summary>
public sealed record TokenExtensions
{
    private const int TypeAt = 165;
    private const byte IsMint = 1;
    private const byte IsAccount = 2;

    /// <summary>None.</summary>
    public static TokenExtensions None { get; } = new();

    /// <summary>All that are there, known here or not.</summary>
    public IReadOnlyList<TokenExtension> All { get; init; } = [];

    /// <summary>The fee until <see cref="NewerFee"/> holds.</summary>
    public TransferFee? OlderFee { get; init; }

    /// <summary>The fee from its epoch on.</summary>
    public TransferFee? NewerFee { get; init; }

    /// <summary>Who can take the tokens from any account.</summary>
    public Pubkey? PermanentDelegate { get; init; }

    /// <summary>The program that runs on each transfer.</summary>
    public Pubkey? TransferHook { get; init; }

    /// <summary>True while transfers are paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>True when new token accounts start frozen.</summary>
    public bool StartsFrozen { get; init; }

    /// <summary>True when a token account takes transfers with a memo only.</summary>
    public bool NeedsMemo { get; init; }

    /// <summary>True when it cannot be transferred at all.</summary>
    public bool IsNonTransferable => All.Contains(TokenExtension.NonTransferable);

    /// <summary>True when an extension is there that this version does not know, so that nobody can say what a transfer does.</summary>
    public bool HasUnknown => All.Any(extension => !Enum.IsDefined(extension));

    /// <summary>The fee that holds in an epoch; null when the mint has none.</summary>
    public TransferFee? FeeIn(ulong epoch) => NewerFee is { } newer && epoch >= newer.Epoch ? newer : OlderFee;

    /// <summary>Compares what matters to somebody who sends the token.</summary>
    public bool Equals(TokenExtensions? other) => other is not null && All.SequenceEqual(other.All)
        && (OlderFee, NewerFee, PermanentDelegate, TransferHook, IsPaused, StartsFrozen, NeedsMemo)
            == (other.OlderFee, other.NewerFee, other.PermanentDelegate, other.TransferHook, other.IsPaused, other.StartsFrozen, other.NeedsMemo);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(All.Count, OlderFee, NewerFee, PermanentDelegate, TransferHook, IsPaused);

    internal static TokenExtensions OfMint(Pubkey address, ReadOnlySpan<byte> data) =>
        data.Length == MintAccount.BaseLength ? None : Decode(address, data, IsMint);

    internal static TokenExtensions OfAccount(Pubkey address, ReadOnlySpan<byte> data) =>
        data.Length == TokenAccount.BaseLength ? None : Decode(address, data, IsAccount);

    /// <summary>Four bytes that say whether there is one, then 32.</summary>
    internal static Pubkey? OptionalKey(ref WireReader reader)
    {
        var present = reader.UInt32() == 1;
        var key = reader.Pubkey();
        return present ? key : null;
    }

    private static TokenExtensions Decode(Pubkey address, ReadOnlySpan<byte> data, byte kind)
    {
        if (data.Length <= TypeAt || data[TypeAt] != kind)
        {
            throw new SolanaFormatException($"{address} is not of the kind that was asked for: mint and token account differ.");
        }

        var (extensions, found) = (None, new List<TokenExtension>());
        for (var rest = data[(TypeAt + 1)..]; rest.Length >= 4;)
        {
            var type = (TokenExtension)BinaryPrimitives.ReadUInt16LittleEndian(rest);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (type == 0)
            {
                break; // the rest is room that is not used
            }

            if (length > rest.Length - 4)
            {
                throw new SolanaFormatException($"{address} holds an extension that is cut off.");
            }

            found.Add(type);
            extensions = extensions.With(type, rest.Slice(4, length));
            rest = rest[(4 + length)..];
        }

        return extensions with { All = found };
    }

    private TokenExtensions With(TokenExtension type, ReadOnlySpan<byte> value) => (type, value.Length) switch
    {
        // Two authorities and the withheld amount, then two fees of epoch, maximum and basis points.
        (TokenExtension.TransferFeeConfig, 108) => this with { OlderFee = Fee(value[72..]), NewerFee = Fee(value[90..]) },
        (TokenExtension.PermanentDelegate, 32) => this with { PermanentDelegate = Key(value) },
        (TokenExtension.TransferHook, 64) => this with { TransferHook = Key(value[32..]) },
        (TokenExtension.Pausable, 33) => this with { IsPaused = value[32] != 0 },
        (TokenExtension.DefaultAccountState, 1) => this with { StartsFrozen = value[0] == 2 },
        (TokenExtension.MemoTransfer, 1) => this with { NeedsMemo = value[0] != 0 },
        (TokenExtension.TransferFeeConfig or TokenExtension.PermanentDelegate or TokenExtension.TransferHook or TokenExtension.Pausable
            or TokenExtension.DefaultAccountState or TokenExtension.MemoTransfer, _) =>
            throw new SolanaFormatException($"The extension {type} has another length than it should have."),
        _ => this,
    };

    private static TransferFee Fee(ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(value),
        BinaryPrimitives.ReadUInt64LittleEndian(value[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(value[16..]));

    /// <summary>All zero stands for none.</summary>
    private static Pubkey? Key(ReadOnlySpan<byte> value) => new Pubkey(value[..Pubkey.Size]) is { IsZero: false } key ? key : null;
}
