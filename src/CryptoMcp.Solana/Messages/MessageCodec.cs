namespace CryptoMcp.Solana;

/// <summary>
/// Reads and writes messages. What is read is checked as the runtime does ("sanitize"), and has exactly one encoding: a
/// message that decodes encodes to the same bytes again.
/// </summary>
public static class MessageCodec
{
    /// <summary>Bytes that a transaction may have at most, signatures included (an IPv6 packet without fragments).</summary>
    public const int MaxTransactionLength = 1232;

    private const byte VersionBit = 0x80;

    /// <summary>Writes a message.</summary>
    /// <exception cref="SolanaFormatException">It is larger than a transaction can be.</exception>
    public static byte[] Encode(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Span<byte> buffer = stackalloc byte[MaxTransactionLength];
        var writer = new WireWriter(buffer);
        if (message.Version == MessageVersion.V0)
        {
            writer.Byte(VersionBit);
        }

        writer.Byte(message.RequiredSignatures);
        writer.Byte(message.ReadonlySigned);
        writer.Byte(message.ReadonlyUnsigned);
        writer.Count(message.StaticAccounts.Count);
        for (var i = 0; i < message.StaticAccounts.Count; i++)
        {
            writer.Pubkey(message.StaticAccounts[i]);
        }

        writer.Pubkey(message.RecentBlockhash.Bytes);
        writer.Count(message.Instructions.Count);
        for (var i = 0; i < message.Instructions.Count; i++)
        {
            var instruction = message.Instructions[i];
            writer.Byte(instruction.Program);
            writer.Count(instruction.Accounts.Length);
            writer.Bytes(instruction.Accounts.Span);
            writer.Count(instruction.Data.Length);
            writer.Bytes(instruction.Data.Span);
        }

        if (message.Version == MessageVersion.V0)
        {
            writer.Count(message.Lookups.Count);
            foreach (var lookup in message.Lookups)
            {
                writer.Pubkey(lookup.Table);
                writer.Count(lookup.Writable.Length);
                writer.Bytes(lookup.Writable.Span);
                writer.Count(lookup.Readonly.Length);
                writer.Bytes(lookup.Readonly.Span);
            }
        }

        return writer.Written.ToArray();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="SolanaFormatException">The bytes are no valid message, or something follows it.</exception>
    public static Message Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var version = MessageVersion.Legacy;
        if ((reader.Peek() & VersionBit) != 0)
        {
            version = (reader.Byte() & ~VersionBit) == 0
                ? MessageVersion.V0
                : throw new SolanaFormatException("The message has a version that is not known here.");
        }

        var message = new Message
        {
            Version = version,
            RequiredSignatures = reader.Byte(),
            ReadonlySigned = reader.Byte(),
            ReadonlyUnsigned = reader.Byte(),
            StaticAccounts = Accounts(ref reader),
            RecentBlockhash = new(reader.Pubkey()),
            Instructions = Instructions(ref reader),
            Lookups = version == MessageVersion.V0 ? Lookups(ref reader) : [],
        };
        if (!reader.IsAtEnd)
        {
            throw new SolanaFormatException($"{reader.Left} bytes follow the message.");
        }

        Check(message);
        return message;
    }

    private static List<Pubkey> Accounts(ref WireReader reader)
    {
        var count = reader.Length();
        var accounts = new List<Pubkey>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
        {
            accounts.Add(reader.Pubkey());
        }

        return accounts;
    }

    private static List<CompiledInstruction> Instructions(ref WireReader reader)
    {
        var count = reader.Length();
        var instructions = new List<CompiledInstruction>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
        {
            var program = reader.Byte();
            var accounts = reader.Take(reader.Length()).ToArray();
            instructions.Add(new(program, accounts, reader.Take(reader.Length()).ToArray()));
        }

        return instructions;
    }

    private static List<TableLookup> Lookups(ref WireReader reader)
    {
        var count = reader.Length();
        var lookups = new List<TableLookup>(Math.Min(count, 16));
        for (var i = 0; i < count; i++)
        {
            var table = reader.Pubkey();
            var writable = reader.Take(reader.Length()).ToArray();
            lookups.Add(new(table, writable, reader.Take(reader.Length()).ToArray()));
        }

        return lookups;
    }

    /// <summary>The runtime's checks (<c>sanitize</c> of solana-message), and no account twice.</summary>
    private static void Check(Message message)
    {
        var statics = message.StaticAccounts.Count;
        var total = statics;
        foreach (var lookup in message.Lookups)
        {
            total += lookup.Writable.Length + lookup.Readonly.Length;
            if (lookup.Writable.Length + lookup.Readonly.Length == 0)
            {
                throw new SolanaFormatException("A lookup table is named and nothing is taken from it.");
            }
        }

        if (message.RequiredSignatures == 0 || message.ReadonlySigned >= message.RequiredSignatures
            || message.RequiredSignatures + message.ReadonlyUnsigned > statics || total > 256)
        {
            throw new SolanaFormatException("The header of the message does not fit its accounts.");
        }

        if (new HashSet<Pubkey>(message.StaticAccounts).Count != statics)
        {
            throw new SolanaFormatException("The message names an account twice.");
        }

        foreach (var instruction in message.Instructions)
        {
            if (instruction.Program == 0 || instruction.Program >= statics)
            {
                throw new SolanaFormatException("A program is the fee payer, or comes from a lookup table, or is not in the list of accounts.");
            }

            foreach (var account in instruction.Accounts.Span)
            {
                if (account >= total)
                {
                    throw new SolanaFormatException("An instruction names an account that is not in the list.");
                }
            }
        }
    }
}
