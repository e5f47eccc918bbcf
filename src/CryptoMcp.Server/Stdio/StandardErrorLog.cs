using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Server.Stdio;

/// <summary>
/// Logs warnings and worse to standard error, one line each: standard output belongs to the protocol. The console logger of
/// the framework would do, but it starts a thread and formats with colours.
/// </summary>
internal sealed class StandardErrorLog(TextWriter writer, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(categoryName, writer, clock);

    public void Dispose()
    {
        // The writer is the process's own.
    }

    private sealed class CategoryLogger(string category, TextWriter writer, TimeProvider clock) : ILogger
    {
        // What the SDK warns of are the client's mistakes, and the client has been told.
        private readonly LogLevel _least =
            category.StartsWith("ModelContextProtocol", StringComparison.Ordinal) ? LogLevel.Error : LogLevel.Warning;

        private readonly bool _isOurs = category.StartsWith("CryptoMcp", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _least && logLevel < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                var cause = exception is null ? "" : _isOurs ? $" | {exception}" : $" | {exception.GetType().Name}: {exception.Message}";
                writer.WriteLine($"{time} {logLevel} {category}: {formatter(state, exception)}{cause}");
            }
        }
    }
}
