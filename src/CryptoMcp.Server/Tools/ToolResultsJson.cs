using System.Text.Json.Serialization;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools;

/// <summary>Source-generated JSON of every result: snake_case, what is absent is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountsResult))]
[JsonSerializable(typeof(AllowanceListResult))]
[JsonSerializable(typeof(AgentResult))]
[JsonSerializable(typeof(ApprovalResult))]
[JsonSerializable(typeof(BalancesResult))]
[JsonSerializable(typeof(ChainStatusResult))]
[JsonSerializable(typeof(ContractReadResult))]
[JsonSerializable(typeof(InvoiceResult))]
[JsonSerializable(typeof(NameResult))]
[JsonSerializable(typeof(PaymentDetailResult))]
[JsonSerializable(typeof(PaymentListResult))]
[JsonSerializable(typeof(PaymentResult))]
[JsonSerializable(typeof(PolicyResult))]
[JsonSerializable(typeof(QuoteResult))]
[JsonSerializable(typeof(SignatureResult))]
[JsonSerializable(typeof(TokenResult))]
[JsonSerializable(typeof(TransactionResult))]
[JsonSerializable(typeof(X402DiscoverResult))]
[JsonSerializable(typeof(X402PayResult))]
[JsonSerializable(typeof(X402QuoteResult))]
[JsonSerializable(typeof(WalletRecordResult))]
internal sealed partial class ToolResultsJson : JsonSerializerContext;
