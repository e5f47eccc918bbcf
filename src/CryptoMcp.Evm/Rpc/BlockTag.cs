using System.Globalization;

namespace CryptoMcp.Evm;

/// <summary>The block whose state a read is about.</summary>
public readonly record struct BlockTag
{
    private readonly string? _text;

    private BlockTag(string text) => _text = text;

    /// <summary>The head of the chain.</summary>
    public static BlockTag Latest => new("latest");

    /// <summary>The head with the node's own pool of pending transactions on top.</summary>
    public static BlockTag Pending => new("pending");

    /// <summary>The newest block that is unlikely to be undone.</summary>
    public static BlockTag Safe => new("safe");

    /// <summary>The newest block that cannot be undone.</summary>
    public static BlockTag Finalized => new("finalized");

    /// <summary>The block with this number.</summary>
    public static BlockTag Number(ulong number) => new("0x" + number.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>The JSON-RPC text: a tag or a quantity.</summary>
    public override string ToString() => _text ?? "latest";
}
