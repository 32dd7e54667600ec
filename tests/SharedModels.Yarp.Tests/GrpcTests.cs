using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Yarp.Tests;

public sealed class GrpcTests
{
    [Fact]
    public async Task A_call_reaches_a_node_with_TLS_over_HTTP_2_and_its_trailers_return()
    {
        using var certificate = CreateCertificate();
        await using var node = await TestNode.StartAsync("node", certificate: certificate);
        await using var gateway = await TestGateway.StartAsync([node.Address], [node.Address], services => services
            .AddSingleton(new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate } },
            })
            .Configure<KestrelServerOptions>(static options => options.Listen(
                IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2)));
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.SecondAddress, "/call"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Headers = { TE = { new("trailers") } },
                Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            };

            using var response = await gateway.Client.SendAsync(request);

            Assert.Equal("HTTP/2", await response.Content.ReadAsStringAsync());
            Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
