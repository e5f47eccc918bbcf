using System.Globalization;
using System.Net.Sockets;

namespace CryptoMcp.Ledger.CrashVictim;

/// <summary>
/// One of several processes that ask one ledger for payments, each through many connections, with keys that they share. They
/// ask whatever comes to mind, in any order: pay, reserve, sign, drop, expose, sign again. The ledger is on the other side.
/// </summary>
internal static class Callers
{
    internal static Task RunAsync(string socket, int callers, int operations, int seed) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(socket, (operations + callers - 1) / callers, operations, new Random((seed * 1000) + caller)))));

    private static async Task CallAsync(string path, int calls, int keys, Random random)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
        var mine = new List<string>();
        for (var i = 0; i < calls; i++)
        {
            var known = mine.Count > 0 && random.Next(2) == 0 ? mine[random.Next(mine.Count)] : null;
            var word = known is null ? (random.Next(4) == 0 ? "reserve" : "pay") : random.Next(6) switch { < 3 => "expose", 3 => "sign", 4 => "drop", _ => "again" };
            await writer.WriteLineAsync(known is null
                ? string.Create(CultureInfo.InvariantCulture, $"{word} k{random.Next(keys)} {1 + random.Next(5)}")
                : $"{word} {known}");
            var answer = (await reader.ReadLineAsync() ?? throw new EndOfStreamException()).Split(' ');
            if (answer.Length > 1 && known is null)
            {
                mine.Add(answer[1]);
                if (mine.Count > 16)
                {
                    mine.RemoveAt(0);
                }
            }
        }
    }
}
