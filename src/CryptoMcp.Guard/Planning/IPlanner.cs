using CryptoMcp.Guard.Contracts;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// Turns one kind of intent into a plan. Adding a kind of spend is adding an intent record and one of these: policy,
/// ledger, signer, following and audit come with it.
/// </summary>
internal interface IPlanner
{
    /// <summary>True for the intents that this planner knows.</summary>
    bool Handles(Intent intent);

    /// <summary>
    /// The plan as far as pinned facts alone make it: nothing is asked of the chain, the fee is the policy's cap. Enough
    /// to judge, not to sign.
    /// </summary>
    /// <exception cref="GuardException">The intent makes no sense under this policy: unknown asset, bad address, bad amount.</exception>
    Plan Sketch(Intent intent, PolicyDocument policy);

    /// <summary>The plan with everything that the chain must be asked for: fees, gas, nonce hint, simulation.</summary>
    /// <exception cref="GuardException">As <see cref="Sketch"/>; or the chain cannot be asked, or says that it would fail.</exception>
    ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct);
}

/// <summary>How much a plan asks of the chain.</summary>
internal enum PlanDepth
{
    /// <summary>What is needed to sign.</summary>
    Spend,

    /// <summary>And what a person wants to see beside it, such as the balance.</summary>
    Quote,
}
