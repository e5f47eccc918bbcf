using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tests;

/// <summary>Pages fit together, and a cursor is good for its own list only.</summary>
public sealed class PagingTests
{
    private static readonly int[] s_all = [.. Enumerable.Range(0, 25)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    [InlineData(100)]
    public void Pages_hold_everything_once_in_order(int limit)
    {
        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = Paging.Cut(s_all, limit, cursor, "list");
            Assert.Equal(25, page.Total);
            Assert.True(page.Items.Count <= limit);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(s_all, seen);
    }

    [Fact]
    public void An_empty_list_is_one_empty_page()
    {
        var page = Paging.Cut(Array.Empty<int>(), 10, null, "list");
        Assert.Empty(page.Items);
        Assert.Null(page.NextCursor);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("!!!")]
    [InlineData("AAAAAAAAAAAAAA")]
    public void A_made_up_cursor_is_refused(string cursor) =>
        Assert.Equal("bad_cursor", Assert.Throws<ToolException>(() => Paging.Cut(s_all, 5, cursor, "list")).Code);

    [Fact]
    public void A_cursor_of_another_filter_or_of_a_longer_list_is_refused()
    {
        var cursor = Paging.Cut(s_all, 20, null, "list|state=open").NextCursor;
        Assert.Equal("bad_cursor", Assert.Throws<ToolException>(() => Paging.Cut(s_all, 20, cursor, "list|state=all")).Code);
        Assert.Equal("bad_cursor", Assert.Throws<ToolException>(() => Paging.Cut(s_all[..10], 20, cursor, "list|state=open")).Code);
        Assert.Equal("bad_cursor", Assert.Throws<ToolException>(() => Paging.Cut(s_all, 20, Paging.Cursor(-1, "x"), "x")).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(int.MinValue)]
    public void The_limit_has_limits(int limit) =>
        Assert.Equal("invalid_argument", Assert.Throws<ToolException>(() => Paging.Cut(s_all, limit, null, "list")).Code);
}
