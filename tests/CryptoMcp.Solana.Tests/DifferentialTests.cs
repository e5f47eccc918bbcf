using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Solana.Tests;

/// <summary>Generated cases, compiled here and by @solana/kit: the bytes must be the same.</summary>
public sealed class DifferentialTests
{
    private const int Cases = 1_000;

    private const string CompileScript = """
        import * as kit from '@solana/kit';
        let text = '';
        for await (const chunk of process.stdin) text += chunk;
        const out = JSON.parse(text).map(({ version, feePayer, blockhash, instructions }) => {
          const message = kit.pipe(
            kit.createTransactionMessage({ version }),
            m => kit.setTransactionMessageFeePayer(feePayer, m),
            m => kit.setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 1n }, m),
            m => kit.appendTransactionMessageInstructions(instructions.map(i => ({
              programAddress: i.program,
              accounts: i.accounts.map(a => a.table
                ? { address: a.address, role: a.role, lookupTableAddress: a.table, addressIndex: a.position }
                : { address: a.address, role: a.role }),
              data: Buffer.from(i.data, 'base64') })), m));
          return Buffer.from(kit.compileTransaction(message).messageBytes).toString('base64');
        });
        console.log(JSON.stringify(out));
        """;

    private const string ProgramsScript = """
        import * as kit from '@solana/kit';
        import * as token from '@solana-program/token';
        import { getTransferSolInstruction } from '@solana-program/system';
        let text = '';
        for await (const chunk of process.stdin) text += chunk;
        const { cases } = JSON.parse(text);
        const plain = i => ({ program: i.programAddress, data: Buffer.from(i.data).toString('base64'), accounts: i.accounts.map(a => [a.address, a.role]) });
        const out = [];
        for (const { owner, mint, program, to, amount, decimals } of cases) {
          const [source] = await token.findAssociatedTokenPda({ owner, mint, tokenProgram: program });
          const [destination] = await token.findAssociatedTokenPda({ owner: to, mint, tokenProgram: program });
          const signer = kit.createNoopSigner(owner);
          out.push({ source, destination,
            sol: plain(getTransferSolInstruction({ source: signer, destination: to, amount: BigInt(amount) })),
            transfer: plain(token.getTransferCheckedInstruction({ source, mint, destination, authority: signer, amount: BigInt(amount), decimals }, { programAddress: program })),
            create: plain(token.getCreateAssociatedTokenIdempotentInstruction({ payer: signer, ata: destination, owner: to, mint, tokenProgram: program })) });
        }
        console.log(JSON.stringify(out));
        """;

    private readonly Random _random = new(20_261_121);

    [Fact]
    public async Task A_thousand_messages_are_byte_equal_with_kit_and_read_back_to_the_same_bytes()
    {
        var cases = Enumerable.Range(0, Cases).Select(Next).ToList();
        var theirs = (await NodeScript.RunAsync(CompileScript, new JsonArray([.. cases.Select(c => (JsonNode)Describe(c))])))!.AsArray();
        Assert.Equal(Cases, theirs.Count);
        for (var i = 0; i < Cases; i++)
        {
            var (version, payer, instructions, blockhash, tables) = cases[i];
            var message = MessageCompiler.Compile(version, payer, instructions, blockhash, tables);
            var ours = MessageCodec.Encode(message);
            Assert.Equal(theirs[i]!.GetValue<string>(), Convert.ToBase64String(ours));

            var read = MessageCodec.Decode(ours);
            Assert.Equal(ours, MessageCodec.Encode(read));
            AssertSame(instructions, read.Resolve(tables.ToDictionary(table => table.Address)), message);
        }
    }

    [Fact]
    public async Task Instructions_and_token_account_addresses_equal_those_of_the_program_clients()
    {
        var cases = Enumerable.Range(0, 60).Select(i => (
            Owner: Key(), Mint: Key(), Program: i % 2 == 0 ? ProgramIds.Token : ProgramIds.Token2022, To: Key(),
            Amount: (ulong)_random.NextInt64(), Decimals: (byte)_random.Next(19))).ToList();
        var theirs = await NodeScript.RunAsync(ProgramsScript, new JsonObject
        {
            ["cases"] = new JsonArray([.. cases.Select(c => new JsonObject
            {
                ["owner"] = c.Owner.ToString(), ["mint"] = c.Mint.ToString(), ["program"] = c.Program.ToString(), ["to"] = c.To.ToString(),
                ["amount"] = c.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture), ["decimals"] = c.Decimals,
            })]),
        });
        for (var i = 0; i < cases.Count; i++)
        {
            var (owner, mint, program, to, amount, decimals) = cases[i];
            var source = AssociatedToken.AddressOf(owner, mint, program);
            var destination = AssociatedToken.AddressOf(to, mint, program);
            Assert.Equal(theirs![i]!["source"]!.GetValue<string>(), source.ToString());
            Assert.Equal(theirs[i]!["destination"]!.GetValue<string>(), destination.ToString());
            AssertSame(theirs[i]!["sol"]!, SystemProgram.Transfer(owner, to, amount));
            AssertSame(theirs[i]!["transfer"]!, TokenProgram.TransferChecked(program, source, mint, destination, owner, amount, decimals));
            AssertSame(theirs[i]!["create"]!, AssociatedToken.CreateIdempotent(owner, destination, to, mint, program));
        }
    }

    private static void AssertSame(JsonNode theirs, Instruction ours)
    {
        Assert.Equal(theirs["program"]!.GetValue<string>(), ours.Program.ToString());
        Assert.Equal(theirs["data"]!.GetValue<string>(), Convert.ToBase64String(ours.Data.Span));
        Assert.Equal(
            theirs["accounts"]!.AsArray().Select(a => (a![0]!.GetValue<string>(), a[1]!.GetValue<int>())),
            ours.Accounts.Select(a => (a.Address.ToString(), RoleOf(a))));
    }

    /// <summary>What comes out names the same programs, data and accounts; roles may have become wider by other mentions.</summary>
    private static void AssertSame(List<Instruction> put, IReadOnlyList<Instruction> read, Message message)
    {
        Assert.Equal(put.Count, read.Count);
        for (var i = 0; i < put.Count; i++)
        {
            Assert.Equal(put[i].Program, read[i].Program);
            Assert.Equal(put[i].Data.ToArray(), read[i].Data.ToArray());
            Assert.Equal(put[i].Accounts.Select(a => a.Address), read[i].Accounts.Select(a => a.Address));
            Assert.All(put[i].Accounts.Zip(read[i].Accounts), pair =>
            {
                Assert.True(pair.Second.IsSigner || !pair.First.IsSigner);
                Assert.True(pair.Second.IsWritable || !pair.First.IsWritable);
            });
        }

        Assert.True(message.IsWritable(0));
    }

    private (MessageVersion Version, Pubkey Payer, List<Instruction> Instructions, Blockhash Hash, List<LookupTable> Tables) Next(int i)
    {
        var version = i % 3 == 0 ? MessageVersion.Legacy : MessageVersion.V0;
        var payer = Key();
        var pool = Enumerable.Range(0, _random.Next(1, 14)).Select(_ => Key()).ToList();
        var programs = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Key()).ToList();
        List<LookupTable> tables = version == MessageVersion.Legacy || i % 2 == 0
            ? []
            : [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => new LookupTable(Key(), [.. Enumerable.Range(0, _random.Next(1, 30)).Select(_ => Key())]))];
        var instructions = new List<Instruction>();
        for (var n = _random.Next(1, 5); n > 0; n--)
        {
            var accounts = Enumerable.Range(0, _random.Next(0, 7)).Select(_ => _random.Next(10) switch
            {
                0 => new AccountMeta(payer, true, true),
                1 => AccountMeta.Readonly(programs[_random.Next(programs.Count)]),
                < 5 when tables.Count > 0 => new AccountMeta(Pick(Pick(tables).Addresses), false, _random.Next(2) == 0),
                _ => new AccountMeta(Pick(pool), _random.Next(4) == 0, _random.Next(2) == 0),
            }).ToList();
            instructions.Add(new(Pick(programs), accounts, Bytes(_random.Next(0, 40))));
        }

        return (version, payer, instructions, new(Key()), tables);
    }

    private static JsonObject Describe((MessageVersion Version, Pubkey Payer, List<Instruction> Instructions, Blockhash Hash, List<LookupTable> Tables) c) => new JsonObject
    {
        ["version"] = c.Version == MessageVersion.Legacy ? "legacy" : 0,
        ["feePayer"] = c.Payer.ToString(),
        ["blockhash"] = c.Hash.ToString(),
        ["instructions"] = new JsonArray([.. c.Instructions.Select(i => (JsonNode)new JsonObject
        {
            ["program"] = i.Program.ToString(),
            ["data"] = Convert.ToBase64String(i.Data.Span),
            ["accounts"] = new JsonArray([.. i.Accounts.Select(a => (JsonNode)DescribeAccount(a, c.Tables))]),
        })]),
    };

    private static JsonObject DescribeAccount(AccountMeta account, List<LookupTable> tables)
    {
        var described = new JsonObject { ["address"] = account.Address.ToString(), ["role"] = RoleOf(account) };
        if (tables.FirstOrDefault(table => table.Addresses.Contains(account.Address)) is { } table)
        {
            described["table"] = table.Address.ToString();
            described["position"] = table.PositionOf(account.Address);
        }

        return described;
    }

    private static int RoleOf(AccountMeta account) => (account.IsSigner ? 2 : 0) + (account.IsWritable ? 1 : 0);

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private Pubkey Key() => new(Bytes(Pubkey.Size));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
