using System.Text;

namespace CryptoMcp.Solana;

/// <summary>What is never signed, whoever asks.</summary>
public enum ForbiddenInstruction
{
    /// <summary>SPL <c>SetAuthority</c>: gives an account or mint to somebody else.</summary>
    SetAuthority,

    /// <summary>System <c>Assign</c>: gives an account to another program.</summary>
    Assign,

    /// <summary>Anything about durable nonces: under one a transaction never expires.</summary>
    DurableNonce,

    /// <summary>Closing a token account: its rent goes to whoever is named.</summary>
    CloseAccount,

    /// <summary>SPL <c>Approve</c>: a delegate may take the tokens later.</summary>
    Approve,
}

/// <summary>An instruction, understood to the last byte.</summary>
public abstract record KnownInstruction
{
    private KnownInstruction()
    {
    }

    /// <summary>Lamports move.</summary>
    public sealed record SolTransfer(Pubkey From, Pubkey To, ulong Lamports) : KnownInstruction;

    /// <summary>Tokens move; mint and decimals are in the instruction. <paramref name="Fee"/> is what the mint withholds, where it is named.</summary>
    public sealed record TokenTransfer(
        Pubkey Program, Pubkey Source, Pubkey Mint, Pubkey Destination, Pubkey Owner, ulong Units, byte Decimals, ulong? Fee) : KnownInstruction;

    /// <summary>The associated token account of an owner is made unless it is there.</summary>
    public sealed record CreateAssociated(Pubkey Payer, Pubkey Account, Pubkey Owner, Pubkey Mint, Pubkey TokenProgram) : KnownInstruction;

    /// <summary>Compute units that may be used.</summary>
    public sealed record UnitLimit(uint Units) : KnownInstruction;

    /// <summary>Price of a compute unit in millionths of a lamport.</summary>
    public sealed record UnitPrice(ulong MicroLamports) : KnownInstruction;

    /// <summary>A note. Its text comes from whoever wrote it.</summary>
    public sealed record Memo(string UntrustedText) : KnownInstruction;

    /// <summary>On the list of what is never signed.</summary>
    public sealed record Forbidden(ForbiddenInstruction Kind) : KnownInstruction;

    /// <summary>Not understood.</summary>
    public sealed record Unknown(Pubkey Program) : KnownInstruction;
}

/// <summary>
/// Reads instructions. Strict: data with a byte too many, or accounts more or fewer than the program needs, are not
/// understood, since what is not understood is not signed.
/// </summary>
public static class InstructionReader
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What an instruction does.</summary>
    public static KnownInstruction Read(Instruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        var known = instruction.Program switch
        {
            var program when program == ProgramIds.System => ReadSystem(instruction),
            var program when ProgramIds.IsToken(program) => ReadToken(instruction),
            var program when program == ProgramIds.AssociatedToken => ReadAssociated(instruction),
            var program when program == ProgramIds.ComputeBudget => ReadBudget(instruction),
            var program when program == ProgramIds.Memo => ReadMemo(instruction),
            _ => null,
        };
        return known ?? new KnownInstruction.Unknown(instruction.Program);
    }

    private static KnownInstruction? ReadSystem(Instruction instruction)
    {
        var data = instruction.Data.Span;
        var accounts = instruction.Accounts;
        if (data.Length < 4)
        {
            return null;
        }

        var reader = new WireReader(data);
        return reader.UInt32() switch
        {
            SystemProgram.TransferTag when data.Length == 12 && accounts is [{ IsSigner: true }, { IsSigner: false }] =>
                new KnownInstruction.SolTransfer(accounts[0].Address, accounts[1].Address, reader.UInt64()),

            // To oneself: the role of the first mention covers the second.
            SystemProgram.TransferTag when data.Length == 12 && accounts is [{ IsSigner: true }, _] && accounts[0].Address == accounts[1].Address =>
                new KnownInstruction.SolTransfer(accounts[0].Address, accounts[1].Address, reader.UInt64()),
            SystemProgram.AssignTag or SystemProgram.AssignWithSeedTag => new KnownInstruction.Forbidden(ForbiddenInstruction.Assign),
            SystemProgram.AdvanceNonceTag or SystemProgram.WithdrawNonceTag or SystemProgram.InitializeNonceTag
                or SystemProgram.AuthorizeNonceTag or SystemProgram.UpgradeNonceTag =>
                new KnownInstruction.Forbidden(ForbiddenInstruction.DurableNonce),
            _ => null,
        };
    }

    private static KnownInstruction? ReadToken(Instruction instruction)
    {
        var data = instruction.Data.Span;
        var accounts = instruction.Accounts;
        if (data.IsEmpty)
        {
            return null;
        }

        var reader = new WireReader(data);
        switch (reader.Byte())
        {
            case TokenProgram.SetAuthorityTag:
                return new KnownInstruction.Forbidden(ForbiddenInstruction.SetAuthority);
            case TokenProgram.CloseAccountTag:
                return new KnownInstruction.Forbidden(ForbiddenInstruction.CloseAccount);
            case TokenProgram.ApproveTag or TokenProgram.ApproveCheckedTag:
                return new KnownInstruction.Forbidden(ForbiddenInstruction.Approve);
            case TokenProgram.TransferCheckedTag when data.Length == 10 && IsTransfer(accounts):
                return Transfer(instruction, reader.UInt64(), reader.Byte(), fee: null);
            case TokenProgram.TransferFeeTag when data.Length == 19 && IsTransfer(accounts)
                && instruction.Program == ProgramIds.Token2022 && reader.Byte() == TokenProgram.TransferCheckedWithFeeTag:
                return Transfer(instruction, reader.UInt64(), reader.Byte(), reader.UInt64());
            default:
                return null; // also Transfer (3), which names neither mint nor decimals
        }
    }

    private static bool IsTransfer(IReadOnlyList<AccountMeta> accounts) => accounts is [{ IsWritable: true }, _, { IsWritable: true }, { IsSigner: true }];

    private static KnownInstruction.TokenTransfer Transfer(Instruction instruction, ulong units, byte decimals, ulong? fee) => new(
        instruction.Program,
        instruction.Accounts[0].Address,
        instruction.Accounts[1].Address,
        instruction.Accounts[2].Address,
        instruction.Accounts[3].Address,
        units,
        decimals,
        fee);

    private static KnownInstruction.CreateAssociated? ReadAssociated(Instruction instruction)
    {
        var accounts = instruction.Accounts;
        if (instruction.Data.Span is not [AssociatedToken.CreateIdempotentTag] || accounts.Count != 6 || !accounts[0].IsSigner
            || accounts[4].Address != ProgramIds.System || !ProgramIds.IsToken(accounts[5].Address))
        {
            return null;
        }

        var (owner, mint, program) = (accounts[2].Address, accounts[3].Address, accounts[5].Address);
        return AssociatedToken.AddressOf(owner, mint, program) == accounts[1].Address
            ? new(accounts[0].Address, accounts[1].Address, owner, mint, program)
            : null;
    }

    private static KnownInstruction? ReadBudget(Instruction instruction)
    {
        var data = instruction.Data.Span;
        if (data.IsEmpty || instruction.Accounts.Count > 0)
        {
            return null;
        }

        var reader = new WireReader(data);
        return (reader.Byte(), data.Length) switch
        {
            (ComputeBudget.LimitTag, 5) => new KnownInstruction.UnitLimit(reader.UInt32()),
            (ComputeBudget.PriceTag, 9) => new KnownInstruction.UnitPrice(reader.UInt64()),
            _ => null,
        };
    }

    private static KnownInstruction.Memo? ReadMemo(Instruction instruction)
    {
        try
        {
            return new(s_utf8.GetString(instruction.Data.Span));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
