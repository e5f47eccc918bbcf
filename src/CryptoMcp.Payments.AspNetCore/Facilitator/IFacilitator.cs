namespace CryptoMcp.Payments.AspNetCore;

/// <summary>Verifies and settles payments for a seller.</summary>
public interface IFacilitator
{
    /// <summary>Whether a payment could be settled now. Changes nothing.</summary>
    /// <exception cref="FacilitatorException">There is no answer, or none that can be read.</exception>
    Task<VerifyResponse> VerifyAsync(FacilitatorCall request, CancellationToken ct);

    /// <summary>Moves the money.</summary>
    /// <exception cref="FacilitatorException">There is no answer, or none that can be read: the money may have moved.</exception>
    Task<SettlementResponse> SettleAsync(FacilitatorCall request, CancellationToken ct);

    /// <summary>What it settles.</summary>
    /// <exception cref="FacilitatorException">There is no answer, or none that can be read.</exception>
    Task<SupportedKinds> GetSupportedAsync(CancellationToken ct);
}

/// <summary>The facilitator did not answer, or not in a way that can be read. What it did is unknown.</summary>
/// <param name="code"><c>facilitator_unreachable</c>, <c>facilitator_timeout</c>, <c>facilitator_refused</c> or <c>facilitator_answer</c>.</param>
/// <param name="problem">What was wrong; a full sentence.</param>
/// <param name="inner">The cause.</param>
public sealed class FacilitatorException(string code, string problem, Exception? inner = null) : Exception(problem, inner)
{
    /// <summary>Stable code.</summary>
    public string Code { get; } = code;
}
