using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CryptoMcp.Guard.Contracts;

/// <summary>
/// Talks to the guard over its Unix domain socket. One client serves any number of concurrent calls. Every failure is a
/// <see cref="GuardException"/>; one that leaves the outcome of a spend unknown says so and how to find out.
/// </summary>
public sealed partial class GuardClient : IDisposable
{
    /// <summary>Names the MCP client on whose behalf a request is made.</summary>
    public const string ClientHeader = "CryptoMcp-Client";

    /// <summary>Hash of the document that an approval is for.</summary>
    public const string DocumentHeader = "CryptoMcp-Document";

    /// <summary>The last characters of the recipient's address, as the owner typed them.</summary>
    public const string AddressCheckHeader = "CryptoMcp-Address-Check";

    private const int MaxAnswerBytes = 4 << 20;

    private readonly HttpClient _http;
    private readonly string _socketPath;
    private readonly Func<CancellationToken, ValueTask>? _ensureRunning;

    /// <summary>A client for the socket at a path.</summary>
    /// <param name="socketPath">The guard's socket.</param>
    /// <param name="ensureRunning">Starts a guard when none listens; called before the first connection and after a refused one.</param>
    public GuardClient(string socketPath, Func<CancellationToken, ValueTask>? ensureRunning = null)
    {
        _socketPath = socketPath;
        _ensureRunning = ensureRunning;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
            MaxConnectionsPerServer = 64,
        })
        {
            BaseAddress = new Uri("http://guard/"),
            Timeout = TimeSpan.FromSeconds(100),
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>How the guard is doing.</summary>
    public Task<GuardStatus> GetStatusAsync(CancellationToken ct) => GetAsync("v1/status", GuardJson.Default.GuardStatus, ct);

    /// <summary>The wallets and where they can act.</summary>
    public Task<WalletList> GetWalletsAsync(CancellationToken ct) => GetAsync("v1/wallets", GuardJson.Default.WalletList, ct);

    /// <summary>The policy in force.</summary>
    public Task<PolicyView> GetPolicyAsync(CancellationToken ct) => GetAsync("v1/policy", GuardJson.Default.PolicyView, ct);

    /// <summary>What a spend would do, and whether it would be allowed. Reserves and signs nothing.</summary>
    public Task<QuoteView> QuoteAsync(Intent intent, string client, CancellationToken ct) =>
        PostAsync("v1/quotes", intent, client, GuardJson.Default.QuoteView, ct);

    /// <summary>
    /// Asks the policy alone, without asking the chain for fees or balances: the fee counts at the policy's cap.
    /// </summary>
    public Task<QuoteView> CheckAsync(Intent intent, string client, CancellationToken ct) =>
        PostAsync("v1/checks", intent, client, GuardJson.Default.QuoteView, ct);

    /// <summary>Makes the payment, or returns the one that the same wish already made.</summary>
    public Task<PaymentView> SubmitAsync(Intent intent, string client, CancellationToken ct) =>
        PostAsync("v1/payments", intent, client, GuardJson.Default.PaymentView, ct);

    /// <summary>One payment.</summary>
    public Task<PaymentView> GetPaymentAsync(string paymentId, CancellationToken ct) =>
        GetAsync($"v1/payments/{Uri.EscapeDataString(paymentId)}", GuardJson.Default.PaymentView, ct);

    /// <summary>Payments, newest first.</summary>
    public Task<PaymentPage> ListPaymentsAsync(string? state, string? cursor, int limit, CancellationToken ct) => GetAsync(
        $"v1/payments?limit={limit}&state={Uri.EscapeDataString(state ?? string.Empty)}&cursor={Uri.EscapeDataString(cursor ?? string.Empty)}",
        GuardJson.Default.PaymentPage,
        ct);

    /// <summary>Tries to stop a payment that is not final: a self-transfer of nothing at the same nonce.</summary>
    public Task<PaymentView> CancelAsync(string paymentId, string client, CancellationToken ct) =>
        PostAsync($"v1/payments/{Uri.EscapeDataString(paymentId)}/cancel", content: null, client, GuardJson.Default.PaymentView, ct);

    /// <summary>Records what the seller answered to a payment, and looks at the chain for it.</summary>
    public Task<PaymentView> RecordAnswerAsync(string paymentId, PurchaseAnswer answer, CancellationToken ct) => PostAsync(
        $"v1/payments/{Uri.EscapeDataString(paymentId)}/answer", Body(answer, GuardJson.Default.PurchaseAnswer), client: null, GuardJson.Default.PaymentView, ct);

    /// <summary>Makes an invoice.</summary>
    public Task<InvoiceView> CreateInvoiceAsync(InvoiceRequest request, CancellationToken ct) =>
        PostAsync("v1/invoices", Body(request, GuardJson.Default.InvoiceRequest), client: null, GuardJson.Default.InvoiceView, ct);

    /// <summary>One invoice.</summary>
    public Task<InvoiceView> GetInvoiceAsync(string invoiceId, CancellationToken ct) =>
        GetAsync($"v1/invoices/{Uri.EscapeDataString(invoiceId)}", GuardJson.Default.InvoiceView, ct);

    /// <summary>Reserves an invoice for one authorization.</summary>
    public Task<InvoiceView> ClaimInvoiceAsync(string invoiceId, InvoiceClaimRequest request, CancellationToken ct) => PostAsync(
        $"v1/invoices/{Uri.EscapeDataString(invoiceId)}/claim", Body(request, GuardJson.Default.InvoiceClaimRequest), client: null, GuardJson.Default.InvoiceView, ct);

    /// <summary>Notes in which transaction the reserved authorization was settled.</summary>
    public Task<InvoiceView> NoteInvoiceTransactionAsync(string invoiceId, InvoiceClaim claim, CancellationToken ct) => PostAsync(
        $"v1/invoices/{Uri.EscapeDataString(invoiceId)}/transaction", Body(claim, GuardJson.Default.InvoiceClaim), client: null, GuardJson.Default.InvoiceView, ct);

    /// <summary>Stops all spending. Needs no password; only the owner can undo it.</summary>
    public Task<GuardStatus> FreezeAsync(string reason, CancellationToken ct) => PostAsync(
        "v1/freeze",
        Body(new FreezeRequest { Reason = reason }, GuardJson.Default.FreezeRequest),
        client: null,
        GuardJson.Default.GuardStatus,
        ct);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static ByteArrayContent Body<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), type, ct);

    private Task<T> PostAsync<T>(string path, Intent intent, string client, JsonTypeInfo<T> type, CancellationToken ct) =>
        PostAsync(path, Body(intent, GuardJson.Default.Intent), client, type, ct);

    private Task<T> PostAsync<T>(string path, HttpContent? content, string? client, JsonTypeInfo<T> type, CancellationToken ct) => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            if (client is not null)
            {
                request.Headers.TryAddWithoutValidation(ClientHeader, Uri.EscapeDataString(client));
            }

            return request;
        },
        type,
        ct);

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> create, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = create();
        try
        {
            using var response = await _http.SendAsync(request, ct).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return JsonSerializer.Deserialize(body, type) ?? throw Broken();
            }

            throw new GuardException(JsonSerializer.Deserialize(body, GuardJson.Default.GuardProblem) ?? throw Broken());
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new GuardException(
                "guard_timeout",
                "The guard did not answer in time; whether a payment was made is unknown.",
                "Call payment_list, or repeat the same call with the same idempotency key: it does not pay twice.",
                e);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        try
        {
            return await OpenAsync(ct).ConfigureAwait(false);
        }
        catch (SocketException) when (_ensureRunning is not null)
        {
            await _ensureRunning(ct).ConfigureAwait(false);
            return await OpenAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static GuardException Unreachable(Exception e) => e.InnerException as GuardException ?? new GuardException(
        "guard_unreachable",
        "The guard, which holds the keys, cannot be reached or broke off; whether a payment was made is unknown.",
        "Repeat the same call with the same idempotency key: it does not pay twice. If it persists, run 'cryptomcp doctor'.",
        e);

    private static GuardException Broken(Exception? e = null) => new(
        "guard_answer", "The guard's answer could not be read.", "Check with 'cryptomcp doctor' that server and guard have the same version.", e);
}
