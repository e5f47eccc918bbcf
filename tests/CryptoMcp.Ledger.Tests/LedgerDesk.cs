using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace CryptoMcp.Ledger.Tests;

/// <summary>Answers callers in other processes, a line for a line, from one ledger.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LedgerDesk : IAsyncDisposable
{
    private readonly JournalLedger _ledger;
    private readonly Adversary _adversary;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _accepting;
    private long _answered;

    private LedgerDesk(string path, JournalLedger ledger, Adversary adversary)
    {
        (_ledger, _adversary) = (ledger, adversary);
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(1024);
        _accepting = AcceptAsync();
    }

    internal long Answered => Interlocked.Read(ref _answered);

    /// <summary>What went wrong that is no refusal of the ledger.</summary>
    internal Exception? Fault { get; private set; }

    internal static LedgerDesk Open(string path, JournalLedger ledger, Adversary adversary) => new(path, ledger, adversary);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _socket.AcceptAsync();
                _ = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
            while (await reader.ReadLineAsync() is { } line)
            {
                await writer.WriteLineAsync(await AnswerAsync(line.Split(' ')));
                Interlocked.Increment(ref _answered);
            }
        }
        catch (Exception e)
        {
            Fault = e;
        }
    }

    private async ValueTask<string> AnswerAsync(string[] words)
    {
        try
        {
            switch (words[0])
            {
                case "pay" or "reserve":
                    return await PayAsync(words[1], int.Parse(words[2], CultureInfo.InvariantCulture), signs: words[0] == "pay");
                case "sign":
                    _adversary.Escaped(await _ledger.BeginSigningAsync(words[1], Adversary.ScopeOf(words[1]), _adversary.Build));
                    return "signed";
                case "again":
                    _adversary.Escaped(await _ledger.ResumeSigningAsync(words[1]));
                    return "signed";
                case "expose":
                    await _ledger.ExposeAsync(words[1], "0xsigned", $"0x{words[1][4..]}");
                    return "exposed";
                default:
                    await _ledger.ReleaseAsync(words[1], new() { Reason = ReleaseReason.NeverSigned });
                    return "dropped";
            }
        }
        catch (LedgerException e) when (e is not LedgerUnavailableException)
        {
            return "refused";
        }
    }

    private async ValueTask<string> PayAsync(string key, int amount, bool signs)
    {
        // The amount is part of the intent: the same key with another amount is refused.
        var request = Bench.Request(key, $"{key} {amount}");
        var decide = Bench.Within(Adversary.Cap, amount, Adversary.Window);
        if (!signs)
        {
            return $"reserved {(await _ledger.ReserveAsync(request, decide)).Payment.Id}";
        }

        var (reservation, authorization) = await _ledger.ReserveAndBeginSigningAsync(request, decide, amount % 2 == 0 ? new(Bench.Alice, 0) : null, _adversary.Build);
        if (authorization is not null)
        {
            _adversary.Escaped(authorization);
        }

        return $"paid {reservation.Payment.Id}";
    }
}
