using System.Net.Security;
using System.Text;
using Microsoft.Extensions.Options;

namespace SharedModels.Yarp.Gateways;

/// <summary>The connections to all nodes.</summary>
/// <param name="options">The settings.</param>
/// <param name="tls">The trust of connections with TLS, or <see langword="null"/> for that of the system.</param>
internal sealed class NodeClient(IOptions<ClusterOptions> options, SslClientAuthenticationOptions? tls = null) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        UseProxy = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        SslOptions = tls ?? new(),

        // As the server has decoded them. Otherwise, a client could make every connection fail with one header.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectTimeout = options.Value.ConnectTimeout,

        // The node decides before it reads the body. It can take long if its endpoint waits for a lease first.
        Expect100ContinueTimeout = TimeSpan.FromMinutes(1),
        PlaintextStreamFilter = static (context, _) => new(SentMark.Watch(context.PlaintextStream)),
    });

    public void Dispose() => Invoker.Dispose();
}
