using System.Text.Json.Serialization;

namespace CryptoMcp.Guard.Contracts;

/// <summary>Source-generated JSON of everything that crosses the socket: snake_case, no nulls, no unknown or duplicate members.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Intent))]
[JsonSerializable(typeof(TransferIntent))]
[JsonSerializable(typeof(ContractCallIntent))]
[JsonSerializable(typeof(FacilitatorSettleIntent))]
[JsonSerializable(typeof(AllowanceRevokeIntent))]
[JsonSerializable(typeof(InvoiceRequest))]
[JsonSerializable(typeof(InvoiceView))]
[JsonSerializable(typeof(InvoiceClaim))]
[JsonSerializable(typeof(InvoiceClaimRequest))]
[JsonSerializable(typeof(QuoteView))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(PaymentPage))]
[JsonSerializable(typeof(PolicyView))]
[JsonSerializable(typeof(WalletList))]
[JsonSerializable(typeof(GuardStatus))]
[JsonSerializable(typeof(GuardProblem))]
[JsonSerializable(typeof(FreezeRequest))]
[JsonSerializable(typeof(PurchaseAnswer))]
[JsonSerializable(typeof(DecisionView))]
[JsonSerializable(typeof(ApprovalView))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(OwnerView))]
[JsonSerializable(typeof(EnrolmentLink))]
[JsonSerializable(typeof(ProposalView))]
public sealed partial class GuardJson : JsonSerializerContext;
