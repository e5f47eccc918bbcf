using System.Globalization;

namespace CryptoMcp.Evm;

/// <summary>How a chain tells which block can no longer be undone.</summary>
public enum FinalityKind
{
    /// <summary>The <c>finalized</c> block tag.</summary>
    Finalized,

    /// <summary>The <c>safe</c> block tag: justified, or posted to the parent chain, but not yet final there.</summary>
    Safe,

    /// <summary>A number of blocks under the head; for a chain of one's own without a finality gadget.</summary>
    Depth,
}

/// <summary>A chain's finality rule.</summary>
/// <param name="Kind">Which rule.</param>
/// <param name="Depth">For <see cref="FinalityKind.Depth"/>: the block this many under the head is final; 0 means the head itself.</param>
public readonly record struct FinalityRule(FinalityKind Kind, ulong Depth = 0)
{
    /// <summary>The <c>finalized</c> tag: the default.</summary>
    public static FinalityRule Finalized => new(FinalityKind.Finalized);

    /// <summary>The <c>safe</c> tag.</summary>
    public static FinalityRule Safe => new(FinalityKind.Safe);

    /// <summary>Final after this many further blocks.</summary>
    public static FinalityRule AtDepth(ulong blocks) => new(FinalityKind.Depth, blocks);

    /// <summary><c>finalized</c>, <c>safe</c> or <c>depth 3</c>.</summary>
    public override string ToString() => Kind switch
    {
        FinalityKind.Finalized => "finalized",
        FinalityKind.Safe => "safe",
        _ => string.Create(CultureInfo.InvariantCulture, $"depth {Depth}"),
    };
}
