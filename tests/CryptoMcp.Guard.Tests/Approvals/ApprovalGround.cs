using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Page;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>A guard on a real chain that is asked about 0.015 ETH, with an owner who has a passphrase and a passkey.</summary>
internal sealed class ApprovalGround : IAsyncDisposable
{
    public const string Origin = "http://localhost:7411";
    public const string Passphrase = "correct horse battery";
    public const string Amount = "0.015 ETH";

    private ApprovalGround(GuardGround ground) => Ground = ground;

    public GuardGround Ground { get; }

    public GuardService Guard => Ground.Guard;

    public ShiftedClock Clock => (ShiftedClock)Ground.Clock;

    public SoftPasskey Passkey { get; } = new();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts it all; the passkey is enrolled as an owner would.</summary>
    public static async Task<ApprovalGround> StartAsync(Func<string, string>? policy = null)
    {
        var ground = new ApprovalGround(await GuardGround.StartAsync(clock: new ShiftedClock(), edit: policy));
        ground.Guard.Owner.Origin = Origin;

        // As the guard writes it, but cheap: each test would stretch it a second long otherwise.
        GuardHome.WritePrivateFile(Path.Combine(ground.Ground.Home.Guard, "owner.json"), KeystoreV3.Encrypt(
            RandomNumberGenerator.GetBytes(32), Encoding.UTF8.GetBytes(Passphrase), new byte[20], new ScryptCost(1 << 10, 8, 1), RandomNumberGenerator.GetBytes(64)));
        await ground.EnrollAsync(ground.Passkey);
        return ground;
    }

    public static SecretBytes Secret(string text) => SecretBytes.CopyOf(Encoding.UTF8.GetBytes(text));

    public async Task EnrollAsync(SoftPasskey passkey)
    {
        using var passphrase = Secret(Passphrase);
        var code = await Guard.Owner.BeginEnrolmentAsync("test key", passphrase, Ct);
        var (create, prove) = Guard.Owner.EnrolmentChallenges(code);
        await Guard.Owner.EnrollAsync(code, passkey.Register(create), passkey.Sign(prove), Ct);
    }

    public async Task RestartAsync(IFailPoints? failPoints = null)
    {
        await Ground.RestartAsync(failPoints);
        Guard.Owner.Origin = Origin;
    }

    /// <summary>Asks for a payment that needs the owner.</summary>
    public ValueTask<PaymentView> AskAsync(string key, string amount = Amount, string to = GuardGround.Recipient, string client = "test") =>
        Guard.Spending.SubmitAsync(GuardGround.Transfer(amount, to, key), client, CancellationToken.None);

    public ApprovalView Show(PaymentView payment) => Guard.Approvals.Get(payment.Approval!.ApprovalId);

    /// <summary>The owner says yes with the passkey.</summary>
    public ValueTask<ApprovalView> ApproveAsync(PaymentView payment, SoftPasskey? with = null)
    {
        var view = Show(payment);
        return Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, (with ?? Passkey).Sign(Guard.Owner.ChallengeFor(view.Sha256)), Ct);
    }

    /// <summary>True while nothing left the wallet.</summary>
    public Task<bool> NothingWasPaidAsync() => NothingButAsync(0);

    /// <summary>True while no more than so many payments left the wallet.</summary>
    public async Task<bool> NothingButAsync(int payments)
    {
        await Ground.Chain.MineAsync();
        return await Ground.Chain.NonceAsync(Ground.Wallet) == payments;
    }

    /// <summary>Serves the page as the guard's host does.</summary>
    public Task<ApprovalPageHost> ServeAsync(int port = 0) => ApprovalPageHost.StartAsync(
        Guard, Ground.Home, port == 0 ? Ports.Free() : port, Clock, NullLoggerFactory.Instance, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Passkey.Dispose();
        await Ground.DisposeAsync();
    }
}
