using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>The <see href="https://eips.ethereum.org/EIPS/eip-20">ERC-20</see> functions and events.</summary>
public static class Erc20
{
    /// <summary>The largest allowance; in practice "unlimited".</summary>
    public static readonly BigInteger MaxUnits = (BigInteger.One << 256) - 1;

    /// <summary><c>transfer(address,uint256)</c>.</summary>
    public static AbiFunction TransferFunction { get; } = AbiFunction.Parse("function transfer(address to, uint256 amount) returns (bool)");

    /// <summary><c>transferFrom(address,address,uint256)</c>.</summary>
    public static AbiFunction TransferFromFunction { get; } = AbiFunction.Parse(
        "function transferFrom(address from, address to, uint256 amount) returns (bool)");

    /// <summary><c>approve(address,uint256)</c>.</summary>
    public static AbiFunction ApproveFunction { get; } = AbiFunction.Parse(
        "function approve(address spender, uint256 amount) returns (bool)");

    /// <summary><c>balanceOf(address)</c>.</summary>
    public static AbiFunction BalanceOfFunction { get; } = AbiFunction.Parse("function balanceOf(address owner) view returns (uint256)");

    /// <summary><c>allowance(address,address)</c>.</summary>
    public static AbiFunction AllowanceFunction { get; } = AbiFunction.Parse(
        "function allowance(address owner, address spender) view returns (uint256)");

    /// <summary><c>decimals()</c>. Declared wider than uint8, so that a lie above 255 is read and refused as such.</summary>
    public static AbiFunction DecimalsFunction { get; } = AbiFunction.Parse("function decimals() view returns (uint256)");

    /// <summary><c>symbol()</c>.</summary>
    public static AbiFunction SymbolFunction { get; } = AbiFunction.Parse("function symbol() view returns (string)");

    /// <summary><c>name()</c>.</summary>
    public static AbiFunction NameFunction { get; } = AbiFunction.Parse("function name() view returns (string)");

    /// <summary><c>Transfer(address,address,uint256)</c>.</summary>
    public static AbiEvent TransferEvent { get; } = AbiEvent.Parse(
        "event Transfer(address indexed from, address indexed to, uint256 amount)");

    /// <summary><c>Approval(address,address,uint256)</c>.</summary>
    public static AbiEvent ApprovalEvent { get; } = AbiEvent.Parse(
        "event Approval(address indexed owner, address indexed spender, uint256 amount)");

    /// <summary>Calldata that moves the sender's units.</summary>
    public static byte[] Transfer(EvmAddress to, BigInteger units) => TransferFunction.Encode(to, units);

    /// <summary>Calldata that moves units which their owner approved.</summary>
    public static byte[] TransferFrom(EvmAddress from, EvmAddress to, BigInteger units) => TransferFromFunction.Encode(from, to, units);

    /// <summary>Calldata that lets a spender take up to so many units.</summary>
    public static byte[] Approve(EvmAddress spender, BigInteger units) => ApproveFunction.Encode(spender, units);

    /// <summary>Calldata that asks a balance.</summary>
    public static byte[] BalanceOf(EvmAddress owner) => BalanceOfFunction.Encode(owner);

    /// <summary>The read of a balance, for a batch.</summary>
    public static CallRequest BalanceCall(EvmAddress token, EvmAddress owner) => new() { To = token, Data = BalanceOf(owner) };

    /// <summary>A returned balance in units.</summary>
    /// <exception cref="EvmFormatException">Nothing or something else was returned: the address holds no token.</exception>
    public static BigInteger ReadBalance(ReadOnlySpan<byte> returned) => BalanceOfFunction.DecodeResult(returned)[0].AsNumber();

    /// <summary>
    /// The effect of calldata, if it is a transfer, transferFrom or approve in canonical encoding. Anything else,
    /// trailing bytes and dirty address bits included, is not decoded: what cannot be shown whole is not shown in part.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> calldata, [NotNullWhen(true)] out Erc20Call? call)
    {
        call = null;
        try
        {
            if (TransferFunction.Matches(calldata))
            {
                var arguments = TransferFunction.DecodeArguments(calldata);
                call = new Erc20Transfer(arguments[0].AsAddress(), arguments[1].AsNumber());
            }
            else if (TransferFromFunction.Matches(calldata))
            {
                var arguments = TransferFromFunction.DecodeArguments(calldata);
                call = new Erc20TransferFrom(arguments[0].AsAddress(), arguments[1].AsAddress(), arguments[2].AsNumber());
            }
            else if (ApproveFunction.Matches(calldata))
            {
                var arguments = ApproveFunction.DecodeArguments(calldata);
                call = new Erc20Approve(arguments[0].AsAddress(), arguments[1].AsNumber());
            }
        }
        catch (EvmFormatException)
        {
            return false;
        }

        return call is not null && call.Encode().AsSpan().SequenceEqual(calldata);
    }
}

/// <summary>A decoded call of a token.</summary>
public abstract record Erc20Call
{
    /// <summary>The calldata.</summary>
    public abstract byte[] Encode();
}

/// <summary>Moves the sender's units.</summary>
/// <param name="To">Recipient.</param>
/// <param name="Units">Units.</param>
public sealed record Erc20Transfer(EvmAddress To, BigInteger Units) : Erc20Call
{
    /// <inheritdoc/>
    public override byte[] Encode() => Erc20.Transfer(To, Units);
}

/// <summary>Moves another owner's units under an allowance.</summary>
/// <param name="From">Owner.</param>
/// <param name="To">Recipient.</param>
/// <param name="Units">Units.</param>
public sealed record Erc20TransferFrom(EvmAddress From, EvmAddress To, BigInteger Units) : Erc20Call
{
    /// <inheritdoc/>
    public override byte[] Encode() => Erc20.TransferFrom(From, To, Units);
}

/// <summary>Lets a spender take units.</summary>
/// <param name="Spender">Who may take them.</param>
/// <param name="Units">How many at most.</param>
public sealed record Erc20Approve(EvmAddress Spender, BigInteger Units) : Erc20Call
{
    /// <inheritdoc/>
    public override byte[] Encode() => Erc20.Approve(Spender, Units);
}
