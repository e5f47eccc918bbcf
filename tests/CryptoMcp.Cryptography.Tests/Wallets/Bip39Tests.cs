using System.Text;

namespace CryptoMcp.Cryptography.Tests.Wallets;

public sealed class Bip39Tests
{
    private const string Good = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    [Theory]
    [InlineData(16, 12)]
    [InlineData(20, 15)]
    [InlineData(24, 18)]
    [InlineData(28, 21)]
    [InlineData(32, 24)]
    public void Any_entropy_makes_a_phrase_that_reads_back(int bytes, int words)
    {
        var random = new Random(bytes);
        for (int i = 0; i < 200; i++)
        {
            var entropy = new byte[bytes];
            random.NextBytes(entropy);
            using SecretBytes phrase = Bip39.FromEntropy(entropy);
            Assert.Equal(words, Encoding.ASCII.GetString(phrase.Span).Split(' ').Length);
            using SecretBytes back = Bip39.ToEntropy(phrase.Span);
            Assert.Equal(entropy, back.Span.ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(36)]
    public void Other_entropy_is_refused(int bytes) => Assert.Throws<ArgumentException>(() => Bip39.FromEntropy(new byte[bytes]));

    [Theory]
    [InlineData("  legal winner\tthank year wave sausage worth useful legal winner thank\r\nYELLOW ")]
    [InlineData("LEGAL WINNER THANK YEAR WAVE SAUSAGE WORTH USEFUL LEGAL WINNER THANK YELLOW")]
    public void Phrases_are_read_as_people_type_them_and_open_the_same_wallet(string typed)
    {
        using SecretBytes expected = Bip39.ToSeed(Encoding.ASCII.GetBytes(Good));
        using SecretBytes actual = Bip39.ToSeed(Encoding.ASCII.GetBytes(typed));
        Assert.Equal(expected.Span.ToArray(), actual.Span.ToArray());
    }

    [Theory]
    [InlineData("", "has 0 words")]
    [InlineData("legal winner thank", "has 3 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank", "has 11 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yellow yellow", "has 13 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank year", "checksum")]
    [InlineData("winner legal thank year wave sausage worth useful legal winner thank yellow", "checksum")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yelow", "Word 12 ")]
    [InlineData("legal winner thank year wave sausage wort useful legal winner thank yellow", "Word 7 ")]
    [InlineData("legal winner thank year wave sausage worthworthworth useful legal winner thank yellow", "Word 7 ")]
    [InlineData("l\u00e9gal winner thank year wave sausage worth useful legal winner thank yellow", "Word 1 ")]
    public void Wrong_phrases_are_refused_with_the_reason_but_not_the_word(string phrase, string reason)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(phrase);
        string message = Assert.Throws<FormatException>(() => Bip39.ToEntropy(bytes)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain("yelow", message, StringComparison.Ordinal);
        Assert.False(Bip39.IsValid(bytes));
        Assert.True(Bip39.IsValid(Encoding.ASCII.GetBytes(Good)));
    }

    [Fact]
    public void Too_long_text_is_refused_before_it_is_read() =>
        Assert.Throws<FormatException>(() => Bip39.ToEntropy(new byte[Bip39.MaxPhraseLength + 1]));

    [Fact]
    public void More_than_24_words_are_refused() =>
        Assert.Throws<FormatException>(() => Bip39.ToEntropy(Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Repeat("abandon", 27)))));

    [Fact]
    public void A_passphrase_outside_ASCII_is_refused_unless_it_is_normalized()
    {
        byte[] phrase = Encoding.ASCII.GetBytes(Good), passphrase = Encoding.UTF8.GetBytes("caf\u00e9");
        Assert.Throws<ArgumentException>(() => Bip39.ToSeed(phrase, passphrase));
        using SecretBytes seed = Bip39.ToSeedFromNormalized(phrase, Encoding.UTF8.GetBytes("cafe\u0301"));
        Assert.Equal(Bip39.SeedLength, seed.Length);
    }

    [Fact]
    public void The_word_list_is_that_of_the_specification()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Bip39EnglishWords.Count; i++)
        {
            text.Append(Encoding.ASCII.GetString(Bip39EnglishWords.Word(i))).Append('\n');
            Assert.Equal(i, Bip39EnglishWords.IndexOf(Bip39EnglishWords.Word(i)));
        }

        // SHA-256 of english.txt in bitcoin/bips.
        byte[] hash = System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString()));
        Assert.Equal("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda", Convert.ToHexStringLower(hash));
    }
}
