using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Page;

/// <summary>The whole documents: frame, style and script around the parts of <see cref="PageParts"/>.</summary>
internal static class PageDocument
{
    private static readonly Html s_style = Asset("page.css");
    private static readonly Html s_script = Asset("page.js");

    /// <summary>Everything: what waits, the budgets, what was paid.</summary>
    public static string Overview(GuardService guard, string token, string version, string nonce)
    {
        var waiting = guard.Approvals.List().Approvals;
        var title = waiting.Count == 0 ? "Nothing waits for you" : waiting.Count == 1 ? "1 question waits for you" : $"{waiting.Count} questions wait for you";
        return Frame(title, token, version, nonce, Html.Of($"""
            {PageParts.Status(guard)}
            <section aria-labelledby="waiting"><h1 id="waiting">{title}</h1>
            {(waiting.Count == 0 ? Html.Of($"<p class=\"quiet\">When a rule of your policy asks, the question appears here by itself.</p>") : Html.Join(waiting.Select(one => ApprovalCard.Of(guard, one))))}
            </section>
            {PageParts.Budgets(guard)}
            {PageParts.Payments(guard)}
            {PageParts.Passkeys(guard)}
            """));
    }

    /// <summary>One question, with the way to the others.</summary>
    public static string One(GuardService guard, ApprovalView one, string token, string version, string nonce) => Frame(one.Summary, token, version, nonce, Html.Of($"""
        {PageParts.Status(guard)}
        <section aria-label="The question">{ApprovalCard.Of(guard, one)}</section>
        <p><a href="../">All questions, budgets and payments</a></p>
        """));

    /// <summary>The page of an enrolment link; its code is in the fragment, which only the script sees.</summary>
    public static string Enrolment(string token, string version, string nonce) => Frame("Enroll a passkey", token, version, nonce, Html.Of($"""
        <section aria-labelledby="enroll"><h1 id="enroll">Enroll a passkey</h1>
        <div class="card">
        <p>With this passkey you will approve payments that your policy asks about, by fingerprint, face or PIN. Your browser asks twice: once to make it, once to show that it works.</p>
        <div class="actions"><button type="button" class="primary" data-action="enroll">Make the passkey</button></div>
        <p class="outcome" role="status"></p>
        </div></section>
        <p><a href="./">All questions, budgets and payments</a></p>
        """));

    private static string Frame(string title, string token, string version, string nonce, Html main) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="page-token" content="{token}">
        <meta name="page-version" content="{version}">
        <title>{title} · CryptoMcp</title>
        <link rel="icon" href="data:,">
        <style nonce="{nonce}">{s_style}</style>
        </head>
        <body>
        <a class="skip" href="#main">To the questions</a>
        <header><p class="name">CryptoMcp <span>guard</span></p></header>
        <main id="main" tabindex="-1">{main}</main>
        <p class="visually-hidden" id="announcer" role="status" aria-live="polite"></p>
        <script nonce="{nonce}">{s_script}</script>
        </body>
        </html>
        """).Markup;

    private static Html Asset(string name)
    {
        using var stream = typeof(PageDocument).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The build left {name} out.");
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd());
    }
}
