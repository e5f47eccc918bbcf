using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// What surrounds every <c>tools/call</c>: arguments are checked before the tool runs, its failures become one shape of
/// text, and its result is kept within what a model should read at once.
/// </summary>
internal static partial class ToolPipeline
{
    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Guarded(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next) => async (request, cancellationToken) =>
    {
        var definition = (request.MatchedPrimitive as McpServerTool)?.ProtocolTool;
        try
        {
            if (definition is not null)
            {
                ArgumentCheck.Check(definition, request.Params.Arguments);
            }
            else if (request.Services?.GetService<ServerOptions>()?.Tools.WhyWithheld(request.Params.Name) is { } reason)
            {
                throw reason;
            }

            var result = await next(request, cancellationToken);
            if (definition is not null)
            {
                OutputCap.Check(definition, result);
            }

            return result;
        }
        catch (ToolException refusal)
        {
            if (LoggerOf(request) is { } logger)
            {
                LogRefusal(logger, request.Params.Name, refusal.Code);
            }

            return Failure(refusal.Message);
        }
        catch (Exception e) when (
            e is not (McpException or InputRequiredException)
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A cancellation that nobody asked for is a timeout of something underneath. This is the one place
            // that may catch everything: the model gets a reference, the owner's log gets the cause.
            var reference = Guid.NewGuid().ToString("N")[..8];
            if (LoggerOf(request) is { } logger)
            {
                LogFailure(logger, e, request.Params.Name, reference);
            }

            return Failure(
                $"internal_error: {request.Params.Name} failed in a way it did not expect (reference {reference}). "
                + "Next: retry once with the same arguments; if it fails again, "
                + "tell the user to look for the reference in the server's log.");
        }
    };

    private static CallToolResult Failure(string text) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    private static ILogger? LoggerOf(RequestContext<CallToolRequestParams> request) =>
        request.Services?.GetService<ILoggerFactory>()?.CreateLogger("CryptoMcp.Tools");

    [LoggerMessage(Level = LogLevel.Information, Message = "{Tool} refused: {Code}")]
    private static partial void LogRefusal(ILogger logger, string tool, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tool} failed, reference {Reference}")]
    private static partial void LogFailure(ILogger logger, Exception cause, string tool, string reference);
}
