using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace SharedModels.Yarp.Tests;

/// <summary>A forwarder that sends nothing and returns an error.</summary>
/// <param name="error">The error.</param>
/// <param name="status">The status of the response.</param>
/// <param name="isAnswered">True if the node has sent its whole response before the error.</param>
internal sealed class FakeForwarder(ForwarderError error, int status, bool isAnswered = false) : IHttpForwarder
{
    private int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer) => SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, default);

    public async ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer,
        CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        context.Response.StatusCode = status;
        if (isAnswered)
        {
            using var response = new HttpResponseMessage();
            await transformer.TransformResponseTrailersAsync(context, response, cancellationToken);
        }

        return error;
    }
}
