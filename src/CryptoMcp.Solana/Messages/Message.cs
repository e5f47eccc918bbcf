namespace CryptoMcp.Solana;

/// <summary>Formats of a message.</summary>
public enum MessageVersion
{
    /// <summary>The first format, without lookup tables.</summary>
    Legacy,

    /// <summary>Version 0, with lookup tables.</summary>
    V0,
}

/// <summary>A call inside a message: program and accounts are positions in the message's list of accounts.</summary>
/// <param name="Program">Position of the program among the static accounts.</param>
/// <param name="Accounts">Positions of its accounts.</param>
/// <param name="Data">What to do, in the program's own encoding.</param>
public sealed record CompiledInstruction(byte Program, ReadOnlyMemory<byte> Accounts, ReadOnlyMemory<byte> Data);

/// <summary>Accounts that a message takes from a lookup table.</summary>
/// <param name="Table">The table's account.</param>
/// <param name="Writable">Positions in the table that are changed.</param>
/// <param name="Readonly">Positions in the table that are only read.</param>
public sealed record TableLookup(Pubkey Table, ReadOnlyMemory<byte> Writable, ReadOnlyMemory<byte> Readonly);

/// <summary>
/// What a transaction's signatures cover. Source: Solana documentation, "Transactions and instructions"; SIMD-4 for
/// version 0. <see cref="MessageCompiler"/> makes one from instructions, <see cref="MessageCodec"/> reads and writes it.
/// </summary>
public sealed record Message
{
    /// <summary>The format.</summary>
    public required MessageVersion Version { get; init; }

    /// <summary>How many of the first static accounts sign. The very first pays the fee.</summary>
    public required byte RequiredSignatures { get; init; }

    /// <summary>How many of the signers, the last ones, are only read.</summary>
    public required byte ReadonlySigned { get; init; }

    /// <summary>How many of the other static accounts, the last ones, are only read.</summary>
    public required byte ReadonlyUnsigned { get; init; }

    /// <summary>The accounts that are named in full.</summary>
    public required IReadOnlyList<Pubkey> StaticAccounts { get; init; }

    /// <summary>The hash that limits the message's life.</summary>
    public required Blockhash RecentBlockhash { get; init; }

    /// <summary>The calls, in order.</summary>
    public required IReadOnlyList<CompiledInstruction> Instructions { get; init; }

    /// <summary>Accounts from lookup tables; empty in the legacy format.</summary>
    public IReadOnlyList<TableLookup> Lookups { get; init; } = [];

    /// <summary>Who pays the fee.</summary>
    public Pubkey FeePayer => StaticAccounts[0];

    /// <summary>Whether the static account at this position is changed.</summary>
    public bool IsWritable(int account) => account < RequiredSignatures
        ? account < RequiredSignatures - ReadonlySigned
        : account < StaticAccounts.Count - ReadonlyUnsigned;

    /// <summary>
    /// The calls with their accounts named in full. A message with lookup tables needs their contents, read at a final
    /// slot (<see cref="LookupTables"/>): until then a table can be extended, and what a position means is not settled.
    /// </summary>
    /// <exception cref="SolanaFormatException">A lookup table is missing, or too short.</exception>
    public IReadOnlyList<Instruction> Resolve(IReadOnlyDictionary<Pubkey, LookupTable>? tables = null)
    {
        var accounts = new List<AccountMeta>(StaticAccounts.Count);
        for (var i = 0; i < StaticAccounts.Count; i++)
        {
            accounts.Add(new(StaticAccounts[i], IsSigner: i < RequiredSignatures, IsWritable(i)));
        }

        foreach (var lookup in Lookups)
        {
            AddLooked(accounts, lookup.Table, lookup.Writable.Span, isWritable: true, tables);
        }

        foreach (var lookup in Lookups)
        {
            AddLooked(accounts, lookup.Table, lookup.Readonly.Span, isWritable: false, tables);
        }

        var instructions = new List<Instruction>(Instructions.Count);
        foreach (var compiled in Instructions)
        {
            var named = new AccountMeta[compiled.Accounts.Length];
            for (var i = 0; i < named.Length; i++)
            {
                named[i] = accounts[compiled.Accounts.Span[i]];
            }

            instructions.Add(new(StaticAccounts[compiled.Program], named, compiled.Data));
        }

        return instructions;
    }

    private static void AddLooked(
        List<AccountMeta> accounts, Pubkey table, ReadOnlySpan<byte> positions, bool isWritable, IReadOnlyDictionary<Pubkey, LookupTable>? tables)
    {
        foreach (var position in positions)
        {
            if (tables is null || !tables.TryGetValue(table, out var known))
            {
                throw new SolanaFormatException($"The lookup table {table} was not read, so the accounts that it stands for are not known.");
            }

            accounts.Add(new(known.At(position), IsSigner: false, isWritable));
        }
    }
}
