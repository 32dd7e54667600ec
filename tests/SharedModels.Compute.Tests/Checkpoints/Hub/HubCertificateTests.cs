using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Tests.Bounded;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>Tests a hub, or a proxy, whose certificate the machine does not trust.</summary>
public sealed class HubCertificateTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HubCertificateTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task An_untrusted_certificate_is_reported_immediately_with_its_problem()
    {
        var serving = ServeAsync();
        var settings = new HubSettings($"https://{_listener.LocalEndpoint}", null, Path.GetTempPath(), static _ => null);
        using var client = new HubClient(settings, HubRepository.TryParse("acme/owl")!, TimeProvider.System);

        var error = await Assert.ThrowsAsync<CheckpointException>(() => client.FindAsync("main", "config.json", default))
            .WaitAsync(TestBound.Wait);

        Assert.Contains($"{_listener.LocalEndpoint} cannot be reached securely: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("certificate is invalid", error.Message, StringComparison.Ordinal);
        Assert.Contains("trusted certificates", error.Message, StringComparison.Ordinal);
        await serving.WaitAsync(TestBound.Wait);
    }

    private async Task ServeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            _ = await stream.ReadAsync(new byte[1]);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The client has rejected the certificate.
        }
    }
}
