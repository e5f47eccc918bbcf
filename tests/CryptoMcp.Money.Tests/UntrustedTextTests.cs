namespace CryptoMcp.Money.Tests;

/// <summary>Text of strangers cannot hide, reorder or command.</summary>
public sealed class UntrustedTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("USD Coin", "USD Coin")]
    [InlineData("日本円 Ünïcødé 🚀", "日本円 Ünïcødé 🚀")]
    [InlineData("line\r\nbreaks\tand\vtabs", "line breaks and tabs")]
    [InlineData("  many    spaces\u00A0\u3000here  ", "many spaces here")]
    [InlineData("a\u2028b\u2029c\u0085d", "a b c d")]
    [InlineData("nul\0bell\a", "nulbell")]
    public void Plain_text_stays_and_blank_space_becomes_one_space(string? text, string expected) =>
        Assert.Equal(expected, UntrustedText.Clean(text));

    [Theory]
    [InlineData("\u001B[31mred\u001B[0m", "red")]
    [InlineData("\u001B]0;title\u0007after", "after")]
    [InlineData("\u001B]8;;http://evil\u001B\\link\u001B]8;;\u001B\\", "link")]
    [InlineData("\u009B31mred", "red")]
    [InlineData("\u001BPdevice\u001B\\after", "after")]
    [InlineData("\u001Bcreset", "reset")]
    [InlineData("tail\u001B", "tail")]
    [InlineData("tail\u001B[", "tail")]
    [InlineData("unterminated\u001B]0;everything behind it", "unterminated")]
    public void Terminal_escapes_go_as_a_whole(string text, string expected) => Assert.Equal(expected, UntrustedText.Clean(text));

    [Theory]
    [InlineData("\u202Egnp.exe\u202C", "gnp.exe")]
    [InlineData("a\u2066b\u2069c\u200Ed\u200Fe\u061Cf", "abcdef")]
    [InlineData("z\u200Be\u200Cr\u200Do\u2060w\uFEFFi\u00ADdth", "zerowidth")]
    [InlineData("US\u180EDC\u034F\u115F\u1160\u3164\uFFA0\u2800", "USDC")]
    [InlineData("heart\uFE0F", "heart")]
    [InlineData("private\uE000use", "privateuse")]
    [InlineData("\U000E0001\U000E0069\U000E0067\U000E006E\U000E006F\U000E0072\U000E0065\U000E007F", "")]
    [InlineData("variation\U000E0100\U000E01EF", "variation")]
    public void Invisible_and_reordering_characters_go(string text, string expected) => Assert.Equal(expected, UntrustedText.Clean(text));

    [Fact]
    public void Every_tag_character_goes()
    {
        for (var value = 0xE0000; value <= 0xE007F; value++)
        {
            Assert.Equal("ab", UntrustedText.Clean("a" + char.ConvertFromUtf32(value) + "b"));
        }
    }

    [Fact]
    public void No_code_point_leaves_a_control_or_format_character()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            foreach (var rune in UntrustedText.Clean("a" + char.ConvertFromUtf32(value) + "b").EnumerateRunes())
            {
                Assert.False(
                    System.Text.Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control
                        or System.Globalization.UnicodeCategory.Format
                        or System.Globalization.UnicodeCategory.PrivateUse
                        or System.Globalization.UnicodeCategory.LineSeparator,
                    $"U+{value:X} left U+{rune.Value:X}");
            }
        }
    }

    [Fact]
    public void Broken_surrogates_are_shown_as_such()
    {
        // Not in attributes: those are stored as UTF-8, which has no surrogates.
        Assert.Equal("\uFFFD", UntrustedText.Clean("\uD800"));
        Assert.Equal("a\uFFFDb", UntrustedText.Clean("a\uDC00b"));
    }

    [Fact]
    public void Length_is_bounded_without_cutting_a_character()
    {
        Assert.Equal(256, UntrustedText.Clean(new string('x', 10_000)).Length);
        Assert.Equal(256, UntrustedText.Clean(new string('x', 256)).Length);
        Assert.EndsWith("x…", UntrustedText.Clean(new string('x', 257)), StringComparison.Ordinal);
        var rockets = UntrustedText.Clean(string.Concat(Enumerable.Repeat("🚀", 200)));
        Assert.True(rockets.Length <= 256);
        Assert.DoesNotContain('\uFFFD', rockets);
        Assert.EndsWith("🚀…", rockets, StringComparison.Ordinal);
        Assert.Equal("ab…", UntrustedText.Clean("abcdef", 3));
    }

    [Fact]
    public void Towers_of_marks_are_cut() => Assert.Equal("e" + new string('\u0301', 4) + "f", UntrustedText.Clean("e" + new string('\u0301', 50) + "f"));

    [Fact]
    public void Cleaning_twice_changes_nothing()
    {
        foreach (var text in new[] { "\u001B[31mred\u202E x", new string('y', 999), "a\u0301\u0301\u0301\u0301\u0301\u0301", "\u001B\u001B[[31m" })
        {
            var once = UntrustedText.Clean(text);
            Assert.Equal(once, UntrustedText.Clean(once));
        }
    }
}
