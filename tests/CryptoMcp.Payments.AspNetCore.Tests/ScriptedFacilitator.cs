namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>A facilitator that fails and lies as a test says, in front of a real one where there is one.</summary>
internal sealed class ScriptedFacilitator(IFacilitator? real = null) : IFacilitator
{
    public Func<FacilitatorCall, Task<VerifyResponse>>? Verify { get; set; }

    public Func<FacilitatorCall, Task<SettlementResponse>>? Settle { get; set; }

    public int Settlements { get; private set; }

    public Task<VerifyResponse> VerifyAsync(FacilitatorCall request, CancellationToken ct) =>
        Verify is not null ? Verify(request) : real?.VerifyAsync(request, ct) ?? Task.FromResult(new VerifyResponse { IsValid = true });

    public Task<SettlementResponse> SettleAsync(FacilitatorCall request, CancellationToken ct)
    {
        Settlements++;
        return Settle is not null ? Settle(request) : real!.SettleAsync(request, ct);
    }

    public Task<SupportedKinds> GetSupportedAsync(CancellationToken ct) => real is null
        ? throw new FacilitatorException("facilitator_unreachable", "Down.")
        : real.GetSupportedAsync(ct);
}
