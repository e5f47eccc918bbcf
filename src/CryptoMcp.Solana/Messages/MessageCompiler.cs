namespace CryptoMcp.Solana;

/// <summary>
/// Makes a message from instructions: every account once, with the widest of its roles, in the order signers that are
/// changed, signers, changed, read. The bytes equal those of @solana/kit.
/// </summary>
public static class MessageCompiler
{
    /// <summary>Compiles a message.</summary>
    /// <param name="version">The format.</param>
    /// <param name="feePayer">Who pays; signs and is changed.</param>
    /// <param name="instructions">The calls.</param>
    /// <param name="blockhash">Limits the message's life.</param>
    /// <param name="tables">Lookup tables from which accounts that do not sign may be taken; version 0 only.</param>
    /// <exception cref="SolanaFormatException">A program is to be changed or pays, or there are more than 256 accounts.</exception>
    public static Message Compile(
        MessageVersion version, Pubkey feePayer, IReadOnlyList<Instruction> instructions, Blockhash blockhash, IReadOnlyList<LookupTable>? tables = null)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        if (tables is { Count: > 0 } && version == MessageVersion.Legacy)
        {
            throw new SolanaFormatException("A legacy message takes nothing from lookup tables.");
        }

        var entries = new List<Entry>(16) { new(feePayer) { IsSigner = true, IsWritable = true, IsPayer = true } };
        foreach (var instruction in instructions)
        {
            Of(entries, instruction.Program).IsProgram = true;
            for (var i = 0; i < instruction.Accounts.Count; i++)
            {
                var meta = instruction.Accounts[i];
                var entry = Of(entries, meta.Address);
                entry.IsSigner |= meta.IsSigner;
                entry.IsWritable |= meta.IsWritable;
            }
        }

        foreach (var entry in entries)
        {
            if (entry.IsProgram && entry.IsWritable)
            {
                throw new SolanaFormatException($"The program {entry.Address} cannot pay the fee or be changed by a transaction that calls it.");
            }

            // Kept in base58 order of tables, the first that has the account serves it.
            if (tables is not null && !entry.IsSigner && !entry.IsProgram)
            {
                (entry.Table, entry.TablePosition) = FindIn(tables, entry.Address);
            }
        }

        entries.Sort(static (left, right) => Compare(left, right));
        if (entries.Count > 256)
        {
            throw new SolanaFormatException("A message names at most 256 accounts.");
        }

        return Build(version, entries, instructions, blockhash);
    }

    private static Message Build(MessageVersion version, List<Entry> entries, IReadOnlyList<Instruction> instructions, Blockhash blockhash)
    {
        byte signers = 0, readonlySigned = 0, readonlyUnsigned = 0;
        var statics = new List<Pubkey>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Table is not null)
            {
                continue;
            }

            statics.Add(entry.Address);
            signers += (byte)(entry.IsSigner ? 1 : 0);
            readonlySigned += (byte)(entry.IsSigner && !entry.IsWritable ? 1 : 0);
            readonlyUnsigned += (byte)(!entry.IsSigner && !entry.IsWritable ? 1 : 0);
        }

        var compiled = new CompiledInstruction[instructions.Count];
        for (var i = 0; i < compiled.Length; i++)
        {
            var accounts = new byte[instructions[i].Accounts.Count];
            for (var j = 0; j < accounts.Length; j++)
            {
                accounts[j] = PositionOf(entries, instructions[i].Accounts[j].Address);
            }

            compiled[i] = new(PositionOf(entries, instructions[i].Program), accounts, instructions[i].Data);
        }

        return new()
        {
            Version = version,
            RequiredSignatures = signers,
            ReadonlySigned = readonlySigned,
            ReadonlyUnsigned = readonlyUnsigned,
            StaticAccounts = statics,
            RecentBlockhash = blockhash,
            Instructions = compiled,
            Lookups = version == MessageVersion.V0 ? LookupsOf(entries) : [],
        };
    }

    private static Entry Of(List<Entry> entries, Pubkey address)
    {
        foreach (var entry in entries)
        {
            if (entry.Address == address)
            {
                return entry;
            }
        }

        var added = new Entry(address);
        entries.Add(added);
        return added;
    }

    private static byte PositionOf(List<Entry> entries, Pubkey address)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Address == address)
            {
                return (byte)i;
            }
        }

        throw new InvalidOperationException("An account was lost between collecting and writing.");
    }

    private static (LookupTable? Table, byte Position) FindIn(IReadOnlyList<LookupTable> tables, Pubkey address)
    {
        (LookupTable? Table, byte Position) best = default;
        foreach (var table in tables)
        {
            if (table.PositionOf(address) is { } position
                && (best.Table is null || AddressOrder.Compare(table.Address.ToString(), best.Table.Address.ToString()) < 0))
            {
                best = (table, position);
            }
        }

        return best;
    }

    private static List<TableLookup> LookupsOf(List<Entry> entries)
    {
        // All changed accounts of all tables come before all read ones, in the order of the tables.
        var lookups = new List<TableLookup>();
        foreach (var group in entries.Where(entry => entry.Table is not null).GroupBy(entry => entry.Table!.Address)
            .OrderBy(group => group.Key.ToString(), Comparer<string>.Create(AddressOrder.Compare)))
        {
            lookups.Add(new(
                group.Key,
                group.Where(entry => entry.IsWritable).Select(entry => entry.TablePosition).ToArray(),
                group.Where(entry => !entry.IsWritable).Select(entry => entry.TablePosition).ToArray()));
        }

        return lookups;
    }

    private static int Compare(Entry left, Entry right)
    {
        if (left.Rank != right.Rank)
        {
            return left.Rank - right.Rank;
        }

        return left.Table is { } table && right.Table is { } other && table.Address != other.Address
            ? AddressOrder.Compare(table.Address.ToString(), other.Address.ToString())
            : AddressOrder.Compare(left.Text, right.Text);
    }

    private sealed class Entry(Pubkey address)
    {
        private string? _text;

        public Pubkey Address => address;

        public bool IsPayer { get; init; }

        public bool IsSigner { get; set; }

        public bool IsWritable { get; set; }

        public bool IsProgram { get; set; }

        public LookupTable? Table { get; set; }

        public byte TablePosition { get; set; }

        public string Text => _text ??= address.ToString();

        public int Rank => IsPayer ? 0 : (Table is null ? 1 : 5) + (IsSigner ? 0 : 2) + (IsWritable ? 0 : 1);
    }
}
