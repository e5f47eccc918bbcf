using System.Buffers;
using CryptoMcp.Server.Stdio;

namespace CryptoMcp.Server.QuickStart;

/// <summary>
/// Answers a handshake and lists from <see cref="PreparedAnswers"/>, and remembers what the SDK has to be told when it takes
/// over. The start of the SDK (reflection over tools, generation of schemas) is most of a server's start; a client that only
/// looks at the tools never pays for it.
/// </summary>
internal sealed class QuickFront(PreparedAnswers answers, LineWriter output)
{
    private readonly ArrayBufferWriter<byte> _line = new(16 << 10);
    private byte[] _revision = [];
    private bool _modern;

    /// <summary>The request that settled the revision, answered already; the SDK must see it before anything else.</summary>
    public ReadOnlyMemory<byte> Opening { get; private set; }

    /// <summary>The client's <c>notifications/initialized</c>, if it has come.</summary>
    public ReadOnlyMemory<byte> Confirmation { get; private set; }

    /// <summary>Deals with one line, or says by false that the SDK has to.</summary>
    /// <exception cref="IOException">The client closed its end.</exception>
    public bool TryHandle(ReadOnlySpan<byte> line)
    {
        if (!QuickMessage.TryRead(line, out var message))
        {
            return false;
        }

        if (message.Id.IsEmpty)
        {
            return TryConfirm(line, message);
        }

        if (!TryFindAnswer(message, out var result))
        {
            return false;
        }

        if (Opening.IsEmpty)
        {
            Opening = line.ToArray();
            _revision = message.Revision.ToArray();
            _modern = !message.Method.SequenceEqual("initialize"u8);
        }

        Answer(message.Id, result);
        return true;
    }

    private bool TryFindAnswer(in QuickMessage message, out ReadOnlySpan<byte> result)
    {
        result = default;
        if (Opening.IsEmpty)
        {
            // What opens a conversation names its revision: initialize, or any request of the revision without handshake.
            if (message.Method.SequenceEqual("initialize"u8) || message.Revision.SequenceEqual("2026-07-28"u8))
            {
                result = answers.Find(message.Revision, message.Method);
            }
        }
        else if (_modern)
        {
            if (message.Revision.SequenceEqual(_revision))
            {
                result = answers.Find(_revision, message.Method);
            }
        }
        else if (message.Revision.IsEmpty)
        {
            result = answers.Find(_revision, message.Method);
        }

        return !result.IsEmpty;
    }

    private bool TryConfirm(ReadOnlySpan<byte> line, in QuickMessage message)
    {
        if (Opening.IsEmpty
            || _modern
            || !Confirmation.IsEmpty
            || !message.Revision.IsEmpty
            || !message.Method.SequenceEqual("notifications/initialized"u8))
        {
            return false;
        }

        Confirmation = line.ToArray();
        return true;
    }

    private void Answer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        _line.ResetWrittenCount();
        _line.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        _line.Write(id);
        _line.Write(",\"result\":"u8);
        _line.Write(result);
        _line.Write("}\n"u8);
        output.Write(_line.WrittenSpan);
    }
}
