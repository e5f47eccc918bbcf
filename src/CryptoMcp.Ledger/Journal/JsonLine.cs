using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// Writes one JSON object into a buffer, in ASCII. Names are literals of this program and need no escaping; values that
/// need any go through <see cref="JsonEncodedText"/>. (A general writer that checks, buffers and transcodes costs as much
/// as all the rest of a record.)
/// </summary>
internal sealed class JsonLine
{
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        " !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly byte[] _timeText = new byte[40];
    private LineBuffer _output = new(16);
    private DateTimeOffset _time;
    private int _timeLength;
    private bool _first;

    /// <summary>Begins an object at the end of <paramref name="output"/>.</summary>
    internal void Begin(LineBuffer output)
    {
        _output = output;
        StartObject();
    }

    internal void StartObject()
    {
        _output.Add((byte)'{');
        _first = true;
    }

    internal void EndObject()
    {
        _output.Add((byte)'}');
        _first = false;
    }

    internal void Name(ReadOnlySpan<byte> name)
    {
        var span = _output.GetSpan(name.Length + 4);
        var at = 0;
        if (!_first)
        {
            span[at++] = (byte)',';
        }

        _first = false;
        span[at++] = (byte)'"';
        name.CopyTo(span[at..]);
        at += name.Length;
        span[at++] = (byte)'"';
        span[at++] = (byte)':';
        _output.Advance(at);
    }

    /// <summary>A name that is not this program's own, such as a counter's.</summary>
    internal void Name(string name)
    {
        if (!_first)
        {
            _output.Add((byte)',');
        }

        _first = false;
        Text(name);
        _output.Add((byte)':');
    }

    internal void String(ReadOnlySpan<byte> name, string value)
    {
        Name(name);
        Text(value);
    }

    /// <summary>A value that is known to need no escaping.</summary>
    internal void String(ReadOnlySpan<byte> name, ReadOnlySpan<byte> plain)
    {
        Name(name);
        _output.Add((byte)'"');
        _output.Add(plain);
        _output.Add((byte)'"');
    }

    internal void String(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        // Many records share a millisecond.
        if (value != _time || value.Offset != _time.Offset || _timeLength == 0)
        {
            value.TryFormat(_timeText, out _timeLength, "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
            _time = value;
        }

        String(name, _timeText.AsSpan(0, _timeLength));
    }

    internal void Number(ReadOnlySpan<byte> name, ulong value)
    {
        Name(name);
        Digits(value);
    }

    /// <summary>An amount as text: a JSON number above 2^53 is not read alike by all readers.</summary>
    internal void Amount(BigInteger value)
    {
        _output.Add((byte)'"');
        if (value.Sign >= 0 && value.GetBitLength() <= 64)
        {
            Digits((ulong)value);
        }
        else
        {
            _output.Add(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        }

        _output.Add((byte)'"');
    }

    internal void Json(ReadOnlySpan<byte> name, JsonText value)
    {
        Name(name);
        value.WriteTo(_output);
    }

    internal void Array(ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        Name(name);
        _output.Add((byte)'[');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                _output.Add((byte)',');
            }

            Text(values[i]);
        }

        _output.Add((byte)']');
    }

    private void Text(string value)
    {
        if (value.AsSpan().ContainsAnyExcept(s_plain))
        {
            _output.Add((byte)'"');
            _output.Add(JsonEncodedText.Encode(value).EncodedUtf8Bytes);
            _output.Add((byte)'"');
            return;
        }

        var span = _output.GetSpan(value.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(value, span[1..]);
        span[value.Length + 1] = (byte)'"';
        _output.Advance(value.Length + 2);
    }

    private void Digits(ulong value)
    {
        Utf8Formatter.TryFormat(value, _output.GetSpan(20), out var written);
        _output.Advance(written);
    }
}
