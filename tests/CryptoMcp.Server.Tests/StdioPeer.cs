using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Server.QuickStart;
using CryptoMcp.Server.Stdio;

namespace CryptoMcp.Server.Tests;

/// <summary>The other end of a stdio server that runs in this process over two pipes.</summary>
internal sealed class StdioPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static Task<byte[]>? s_recorded;

    private readonly Pipe _toServer = new();

    // No limit: tests read at the end what a client reads as it comes.
    private readonly Pipe _fromServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly StreamReader _reader;
    private readonly Task<int> _run;
    private int _configured;

    /// <param name="prepared">Whether the server has prepared answers.</param>
    /// <param name="clock">The server's clock.</param>
    /// <param name="endGrace">How long requests in flight may go on after the end.</param>
    /// <param name="deafOutput">Let every write of the server fail, as when the client is gone.</param>
    public StdioPeer(bool prepared, TimeProvider? clock = null, TimeSpan? endGrace = null, bool deafOutput = false)
    {
        var answers = prepared ? new PreparedAnswers(Recorded()) : null;
        _reader = new(_fromServer.Reader.AsStream());
        var options = new StdioServerOptions
        {
            ConfigureServices = services =>
            {
                Interlocked.Increment(ref _configured);
                TestTools.Configure(services);
            },
            Prepared = answers,
            Input = _toServer.Reader.AsStream(),
            Output = deafOutput ? new DeafStream() : _fromServer.Writer.AsStream(),
            Clock = clock ?? TimeProvider.System,
            EndGrace = endGrace ?? TimeSpan.FromSeconds(2),
        };

        // The server reads on the thread that runs it, as Main's thread does.
        _run = Task.Factory.StartNew(
            () => StdioServer.RunAsync(options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>How often the SDK's services were built.</summary>
    public int Configured => Volatile.Read(ref _configured);

    /// <summary>The client's streams, for the SDK's own client.</summary>
    public Stream Input => _toServer.Writer.AsStream();

    public Stream Output => _fromServer.Reader.AsStream();

    public async Task SendAsync(string line) => await _toServer.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task SendRawAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes);

    public async Task<JsonNode> ReceiveAsync() =>
        JsonNode.Parse(await _reader.ReadLineAsync().WaitAsync(s_patience) ?? throw new EndOfStreamException())!;

    public async Task<JsonNode> AskAsync(string line)
    {
        await SendAsync(line);
        return await ReceiveAsync();
    }

    /// <summary>Closes stdin and waits for the end of the server.</summary>
    public async Task<int> EndAsync()
    {
        await _toServer.Writer.CompleteAsync();
        return await _run.WaitAsync(s_patience);
    }

    /// <summary>Everything written up to the end, in the order written.</summary>
    public async Task<List<JsonNode>> EndAndCollectAsync()
    {
        await EndAsync();
        await _fromServer.Writer.CompleteAsync();
        var messages = new List<JsonNode>();
        while (await _reader.ReadLineAsync() is { } line)
        {
            messages.Add(JsonNode.Parse(line)!);
        }

        return messages;
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private static byte[] Recorded() =>
        (s_recorded ??= PreparedAnswersRecorder.RecordAsync(TestTools.Configure)).GetAwaiter().GetResult();

    private sealed class DeafStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }
}
