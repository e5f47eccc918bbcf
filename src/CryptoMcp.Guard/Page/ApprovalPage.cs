using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Owner;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Page;

/// <summary>
/// The owner's page. A GET shows and never changes anything; a POST refuses, freezes or enrolls, and approves only with a
/// passkey's signature over the document, which <see cref="OwnerDesk"/> verifies.
/// </summary>
internal sealed partial class ApprovalPage(GuardService guard, PageDefence defence, PageToken token, ILogger log)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        Harden(http.Response.Headers, nonce);
        if (defence.Refusal(http.Request) is { } status)
        {
            Refused(log, status, http.Request.Method);
            http.Response.StatusCode = status;
            return;
        }

        var path = defence.PathOf(http.Request);
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await ShowAsync(http, path, nonce);
        }
        else
        {
            await ActAsync(http, path);
        }
    }

    private async Task ShowAsync(HttpContext http, string path, string nonce)
    {
        const string OnePrefix = "/approvals/";

        // Read first: what changes while the page is made shows at the next look.
        var version = Version();
        switch (path)
        {
            case "/":
                await WriteAsync(http, PageDocument.Overview(guard, token.Make(), version, nonce));
                break;
            case "/enroll":
                await WriteAsync(http, PageDocument.Enrolment(token.Make(), version, nonce));
                break;
            case "/version":
                await WriteAsync(http, StatusCodes.Status200OK, new PageVersion(version), PageJson.Default.PageVersion);
                break;
            default:
                if (path.StartsWith(OnePrefix, StringComparison.Ordinal) && Find(path[OnePrefix.Length..]) is { } one)
                {
                    await WriteAsync(http, PageDocument.One(guard, one, token.Make(), version, nonce));
                    break;
                }

                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private Task ActAsync(HttpContext http, string path) => path switch
    {
        "/approve" => ActAsync(http, PageJson.Default.ApproveRequest, PageJson.Default.PageAnswer, async request =>
        {
            var done = await guard.Owner.ApproveAsync(request.ApprovalId, request.Sha256, request.Assertion, guard.Stopping);
            return new PageAnswer(done.Payment is { } payment ? $"{payment.State}: {payment.StateMeans}" : done.Next ?? done.Status);
        }),
        "/refuse" => ActAsync(http, PageJson.Default.RefuseRequest, PageJson.Default.PageAnswer, async request =>
        {
            await guard.Approvals.RefuseAsync(request.ApprovalId, guard.Stopping);
            return new PageAnswer("Refused. Nothing was paid.");
        }),
        "/freeze" => ActAsync(http, PageJson.Default.EmptyRequest, PageJson.Default.PageAnswer, async _ =>
        {
            await guard.FreezeAsync("the owner froze it on the approval page.");
            return new PageAnswer("Frozen. 'cryptomcp freeze --off' in a terminal ends it.");
        }),
        "/policy/cancel" => ActAsync(http, PageJson.Default.EmptyRequest, PageJson.Default.PageAnswer, async _ =>
        {
            if (guard.Proposals.Pending is { } pending)
            {
                await guard.Proposals.DropAsync(pending, ProposalState.Dropped, guard.Stopping);
            }

            return new PageAnswer("The change was called back.");
        }),
        "/enroll/begin" => ActAsync(http, PageJson.Default.EnrolmentRequest, PageJson.Default.EnrolmentChallenges, request =>
        {
            var (create, prove) = guard.Owner.EnrolmentChallenges(request.Code);
            return ValueTask.FromResult(new EnrolmentChallenges
            {
                Create = Base64Url.EncodeToString(create),
                Prove = Base64Url.EncodeToString(prove),
                Known = [.. guard.Owner.Passkeys.Select(passkey => passkey.Id)],
            });
        }),
        "/enroll/finish" => ActAsync(http, PageJson.Default.EnrollRequest, PageJson.Default.PageAnswer, async request =>
        {
            var passkey = await guard.Owner.EnrollAsync(request.Code, request.Registration, request.Proof, guard.Stopping);
            return new PageAnswer($"The passkey '{passkey.Name}' is enrolled. You can approve with it from now on.");
        }),
        _ => NotFoundAsync(http),
    };

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task ActAsync<TRequest, TAnswer>(
        HttpContext http, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, Func<TRequest, ValueTask<TAnswer>> act)
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync(http.Request.Body, requestType, http.RequestAborted) ?? throw new JsonException("null");
            await WriteAsync(http, StatusCodes.Status200OK, await act(request), answerType);
        }
        catch (JsonException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (GuardException refusal)
        {
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, refusal.Problem, PageJson.Default.GuardProblem);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(log, e);
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private ApprovalView? Find(string approvalId)
    {
        try
        {
            return guard.Approvals.Get(approvalId);
        }
        catch (GuardException)
        {
            return null;
        }
    }

    private string Version()
    {
        var status = guard.Status();
        return string.Create(CultureInfo.InvariantCulture, $"{status.StartedAt.UtcTicks}.{status.JournalRecords}.{(status.Frozen is null ? 0 : 1)}");
    }

    private static void Harden(IHeaderDictionary headers, string nonce)
    {
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=(), payment=()";
    }

    private static async Task WriteAsync(HttpContext http, string html)
    {
        var body = Encoding.UTF8.GetBytes(html);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task WriteAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "A {Method} request to the approval page was refused with {Status}.")]
    private static partial void Refused(ILogger logger, int status, string method);

    [LoggerMessage(LogLevel.Error, "The approval page failed.")]
    private static partial void Failed(ILogger logger, Exception error);
}
