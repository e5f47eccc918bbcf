using System.Globalization;
using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Invoices;

/// <summary>
/// What others owe us: <c>invoices.jsonl</c> beside the journal, one line for each change, the last line of an invoice counts. No
/// money depends on it, so it is no part of the ledger; it says which authorization pays which invoice, and the chain says whether.
/// </summary>
internal sealed class InvoiceBook
{
    private const int MostOpen = 10_000;
    private const int LongestDescription = 200;
    private const int ShortestSeconds = 60;
    private const int LongestSeconds = 30 * 24 * 3600;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, InvoiceView> _invoices = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly EvmNetworks _networks;
    private readonly Func<PolicyDocument> _policy;
    private readonly TimeProvider _clock;

    public InvoiceBook(GuardHome home, EvmNetworks networks, Func<PolicyDocument> policy, TimeProvider clock)
    {
        _file = home.InvoicesFile;
        _networks = networks;
        _policy = policy;
        _clock = clock;
        Load();
    }

    /// <summary>Makes an invoice. Payee, token and decimals come from the policy.</summary>
    public InvoiceView Create(InvoiceRequest request)
    {
        var policy = _policy();
        var network = _networks.Find(request.Chain);
        var wallet = TransferRequest.WalletOf(new TransferIntent { Wallet = request.Wallet, Chain = request.Chain, Amount = request.Amount, To = "" }, policy);
        var amount = AmountOf(request.Amount, policy, network.Chain);
        if (request.ExpiresInSeconds is < ShortestSeconds or > LongestSeconds)
        {
            throw new GuardException(
                "invalid_expiry", "An invoice can be paid for a minute at least and for 30 days at most.", "State between 60 and 2592000 seconds.");
        }

        var now = _clock.GetUtcNow();
        var invoice = new InvoiceView
        {
            InvoiceId = Contracts.InvoiceId.Create(),
            Chain = network.Chain.Id.ToString(),
            Amount = amount.ToString(),
            Units = amount.Units.ToString(CultureInfo.InvariantCulture),
            Token = EvmAddress.Parse(amount.Asset.Id.Reference).ToString(),
            PayTo = wallet.ToString(),
            Description = request.Description is { Length: > 0 } text ? UntrustedText.Clean(text, LongestDescription) : null,
            CreatedAt = now,
            ExpiresAt = now.AddSeconds(request.ExpiresInSeconds),
        };
        lock (_lock)
        {
            if (_invoices.Values.Count(known => known.ExpiresAt > now) >= MostOpen)
            {
                throw new GuardException("too_many_invoices", $"There are {MostOpen} open invoices.", "Wait until some have expired.");
            }

            Write(invoice);
        }

        return invoice;
    }

    /// <summary>An invoice.</summary>
    public InvoiceView Get(string id)
    {
        lock (_lock)
        {
            return Find(id);
        }
    }

    /// <summary>
    /// Reserves an invoice for one authorization, so that two payers never both pay. The same authorization may ask again; another
    /// one only in place of one that is named as dead and whose time is over.
    /// </summary>
    public InvoiceView Claim(string id, InvoiceClaimRequest request)
    {
        if (!EvmAddress.TryParse(request.Claim.Payer, out _, out _) || !Hash32.TryParse(request.Claim.Nonce, out _))
        {
            throw new GuardException("invalid_claim", "That is no authorization.", "Pass the payer's address and the nonce.");
        }

        lock (_lock)
        {
            var invoice = Find(id);
            var now = _clock.GetUtcNow();
            if (invoice.Claim is { } earlier)
            {
                if (Same(earlier, request.Claim))
                {
                    return invoice;
                }

                if (earlier.TransactionId is not null || earlier.ValidBefore > now || request.InsteadOf != earlier.Nonce)
                {
                    throw new GuardException("invoice_taken", "Another payment for this invoice is under way or done.", "Do not pay it again.");
                }
            }

            if (invoice.ExpiresAt <= now)
            {
                throw new GuardException("invoice_expired", $"The invoice expired at {invoice.ExpiresAt:u}.", "Ask for a new one.");
            }

            return Write(invoice with { Claim = request.Claim with { TransactionId = null } });
        }
    }

    /// <summary>Notes in which transaction the reserved authorization was settled.</summary>
    public InvoiceView NoteTransaction(string id, InvoiceClaim claim)
    {
        lock (_lock)
        {
            var invoice = Find(id);
            return invoice.Claim is { } earlier && Same(earlier, claim) && Hash32.TryParse(claim.TransactionId, out _)
                ? Write(invoice with { Claim = earlier with { TransactionId = claim.TransactionId } })
                : throw new GuardException("invoice_taken", "The invoice is reserved for another payment.", "Look at it with invoice_get.");
        }
    }

    private static bool Same(InvoiceClaim left, InvoiceClaim right) =>
        string.Equals(left.Payer, right.Payer, StringComparison.OrdinalIgnoreCase) && string.Equals(left.Nonce, right.Nonce, StringComparison.OrdinalIgnoreCase);

    private static Amount AmountOf(string text, PolicyDocument policy, EvmChain chain)
    {
        try
        {
            var (_, symbol) = Amount.Split(text);
            if (!policy.TryFindAsset(chain.Id, symbol, out var asset) || asset.Id.IsNative
                || !chain.TryFindToken(EvmAddress.Parse(asset.Id.Reference), out var token) || token.Domain is null)
            {
                throw new GuardException(
                    "unknown_asset",
                    $"The policy pins no token '{symbol}' on {chain.Title} that can be paid by a signed authorization.",
                    "Ask for USDC on a chain of the policy.");
            }

            var amount = Amount.Parse(text, asset);
            return amount.IsZero ? throw new GuardException("invalid_amount", "The amount is zero.", "State how much is to be paid, such as '2.50 USDC'.") : amount;
        }
        catch (MoneyFormatException e)
        {
            throw new GuardException("invalid_amount", e.Message, "Write plain decimal digits, one space and the symbol: '2.50 USDC'.", e);
        }
    }

    private InvoiceView Find(string id) => _invoices.TryGetValue(id, out var invoice) ? invoice : throw new GuardException(
        "unknown_invoice", "There is no invoice with that id here.", "Check the id that invoice_create returned.");

    private InvoiceView Write(InvoiceView invoice)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(invoice, GuardJson.Default.InvoiceView);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(_file, options))
        {
            file.Write(line);
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }

        _invoices[invoice.InvoiceId] = invoice;
        return invoice;
    }

    private void Load()
    {
        if (!File.Exists(_file))
        {
            return;
        }

        var bytes = File.ReadAllBytes(_file);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (whole < bytes.Length)
        {
            // A line that a power cut tore: what it said never counted, and the next line must begin on its own.
            using var file = new FileStream(_file, FileMode.Open, FileAccess.Write);
            file.SetLength(whole);
        }

        foreach (var range in System.MemoryExtensions.Split(bytes.AsSpan(0, whole), (byte)'\n'))
        {
            var line = bytes.AsSpan(range);
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                var invoice = JsonSerializer.Deserialize(line, GuardJson.Default.InvoiceView)!;
                _invoices[invoice.InvoiceId] = invoice;
            }
            catch (JsonException e)
            {
                throw new GuardException("invoices_unusable", $"'{_file}' holds a line that is no invoice.", "Restore it from a copy, or move it away.", e);
            }
        }
    }
}
