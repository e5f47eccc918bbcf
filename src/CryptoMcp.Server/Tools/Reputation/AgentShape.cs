using System.Globalization;
using CryptoMcp.Reputation;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Reputation;

/// <summary>Shapes an agent's report.</summary>
internal static class AgentShape
{
    private const int MostListed = 8;

    private static readonly string[] s_roles = ["identity", "reputation", "validation"];

    public static AgentResult Of(AgentReport report, int limit, string? cursor)
    {
        var isAgent = report.Presence is AgentPresence.Placeholder or AgentPresence.Registered;
        var newestFirst = report.Feedback.Reverse().ToList();
        var page = Paging.Cut(newestFirst, limit, cursor, $"reputation_agent|{report.Agent}");
        return new()
        {
            Agent = report.Agent.ToString(),
            Presence = ReputationText.Word(report.Presence),
            Owner = report.Owner?.ToString(),
            Wallet = report.Wallet?.ToString(),
            Since = report.Since is { } since ? Texts.Time(since) : null,
            Owners = isAgent ? Math.Max(1, report.History.Owners.Count) : null,
            SoldInBlock = report.History.SoldIn,
            WalletsEver = isAgent ? ReputationText.OrNone([.. report.History.WalletsEver().Take(MostListed).Select(wallet => wallet.ToString())]) : null,
            Registries = ReputationText.OrNone([.. report.Registries.Select((registry, i) => new RegistryShape
            {
                Role = s_roles[i],
                Address = registry.Address.ToString(),
                Code = ReputationText.Word(registry.State),
            })]),
            File = isAgent ? FileOf(report) : null,
            Judgements = ReputationText.OrNone([.. report.Judgements.Select(JudgementOf)]),
            Tags = ReputationText.OrNone([.. report.Tags.Take(MostListed).Select(TagOf)]),
            Signals = ReputationText.OrNone([.. report.Signals.Take(MostListed).Select(signal => $"{signal.Kind}: {signal.Means}")]),
            Validations = ReputationText.OrNone([.. report.Validations.TakeLast(MostListed).Select(ValidationOf)]),
            Feedback = ReputationText.OrNone([.. page.Items.Select(entry => FeedbackOf(entry, report))]),
            NextCursor = page.NextCursor,
            Coverage = ReputationText.Coverage(report.Coverage, report.IsWhole || !isAgent, report.AtBlock, report.Calls),
            Warnings = ReputationText.OrNone(LeftOut(report)),
        };
    }

    private static List<string> LeftOut(AgentReport report)
    {
        List<string> warnings = [.. report.Warnings];
        if (report.Tags.Count > MostListed)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{report.Tags.Count - MostListed} rarer tags are not listed; their entries are in the pages."));
        }

        return warnings;
    }

    private static AgentFileShape FileOf(AgentReport report)
    {
        var (source, file) = (report.FileSource, report.File);
        return new()
        {
            Status = ReputationText.Word(source.Status),
            Problem = source.Problem,
            Keccak256 = source.Hash?.ToString(),
            Integrity = source.IsLoaded ? source.Integrity : null,
            BackLink = file is null ? null : report.BackLink,
            UntrustedName = file?.UntrustedName,
            UntrustedDescription = file?.UntrustedDescription,
            Services = file is null ? null : ReputationText.OrNone([.. file.Services.Take(MostListed).Select(service => new ServiceShape
            {
                UntrustedName = service.UntrustedName,
                UntrustedEndpoint = UntrustedText.Clean(service.Endpoint, 200),
                Domain = report.Domains.TryGetValue(service.Endpoint, out var verdict) ? ReputationText.Word(verdict) : null,
            })]),
            X402Support = file?.X402Support,
            Active = file?.Active,
            UntrustedTrust = file is null ? null : ReputationText.OrNone(file.UntrustedTrust),
            Findings = file is null ? null : ReputationText.OrNone(file.Findings),
        };
    }

    private static JudgementShape JudgementOf(Judgement judgement) => new()
    {
        Tag = judgement.Tag,
        Verdict = judgement.IsInsufficient ? "insufficient-evidence" : "judged",
        Expectation = ReputationText.Share(judgement.Expectation),
        Uncertainty = ReputationText.Share(judgement.Uncertainty),
        NaiveMean = judgement.NaiveMean is { } mean ? ReputationText.Share(mean) : null,
        WithoutTop1 = ReputationText.Share(judgement.WithoutTop1),
        WithoutTop3 = ReputationText.Share(judgement.WithoutTop3),
        PayingWitnesses = judgement.PayingWitnesses,
        FreeWitnesses = judgement.FreeWitnesses,
        CostToFake = ReputationText.Dollars(judgement.PaidMicroUsd),
        TopShare = ReputationText.Share(judgement.TopShare),
        Concentration = ReputationText.Share(judgement.Concentration),
    };

    private static TagShape TagOf(TagSummary tag) => new()
    {
        UntrustedTag = tag.UntrustedTag,
        Entries = tag.Count,
        Revoked = tag.Revoked,
        Clients = tag.Clients,
        OutOfScale = tag.OutOfScale,
        Median = tag.Median?.ToString(),
        Mean = tag.Mean?.ToString(),
        Least = tag.Least?.ToString(),
        Most = tag.Most?.ToString(),
    };

    private static ValidationShape ValidationOf(ValidationEntry entry) => new()
    {
        Validator = entry.Validator.ToString(),
        Response = entry.Response?.ToString(CultureInfo.InvariantCulture) ?? "pending",
        UntrustedTag = entry.UntrustedTag,
        Self = entry.IsSelf ? true : null,
    };

    private static FeedbackShape FeedbackOf(FeedbackEntry entry, AgentReport report) => new()
    {
        Client = entry.Client.ToString(),
        Value = entry.Value.ToString(),
        UntrustedTag = entry.UntrustedTag1,
        UntrustedTag2 = entry.UntrustedTag2.Length > 0 ? entry.UntrustedTag2 : null,
        Revoked = entry.IsRevoked ? true : null,
        Time = entry.Time is { } time ? Texts.Time(time) : null,
        TransactionId = entry.Transaction?.ToString(),
        Dependence = report.Dependents.TryGetValue(entry.Client, out var why) ? ReputationText.Word(why) : null,
        Responses = entry.Responses > 0 ? entry.Responses : null,
        File = report.FileChecks.TryGetValue((entry.Client, entry.Index), out var check)
            ? new()
            {
                Status = ReputationText.Word(check.Status),
                HashMatches = check.HashMatches,
                FieldsMatch = check.FieldsMatch,
                Payment = ReputationText.Word(check.Payment),
                UntrustedText = check.UntrustedText,
            }
            : null,
    };
}
