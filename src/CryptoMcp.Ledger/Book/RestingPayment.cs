using System.Text;

namespace CryptoMcp.Ledger;

/// <summary>A resolved payment at rest: its image, and what lists filter by.</summary>
internal sealed class RestingPayment(ReadOnlyMemory<byte> image, PaymentTraits traits)
{
    internal ReadOnlyMemory<byte> Image { get; } = image;

    internal PaymentTraits Traits { get; } = traits;

    /// <summary>Whether the image is of this id.</summary>
    internal bool HasId(ReadOnlySpan<char> id)
    {
        var input = new ImageReader(Image);
        return Same(input.Span(), id);
    }

    /// <summary>Whether the image is of this client's key.</summary>
    internal bool HasKey(string client, ReadOnlySpan<char> key)
    {
        if (Traits.Client != client)
        {
            return false;
        }

        var input = new ImageReader(Image);
        input.Span();
        return Same(input.Span(), key);
    }

    /// <summary>Whether the image is of this intent.</summary>
    internal bool HasIntent(ReadOnlySpan<char> digest)
    {
        var input = new ImageReader(Image);
        input.Span();
        input.Span();
        return Same(input.Span(), digest);
    }

    private static bool Same(ReadOnlySpan<byte> utf8, ReadOnlySpan<char> text)
    {
        if (Encoding.UTF8.GetByteCount(text) != utf8.Length)
        {
            return false;
        }

        Span<byte> bytes = utf8.Length <= 256 ? stackalloc byte[utf8.Length] : new byte[utf8.Length];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes.SequenceEqual(utf8);
    }
}
