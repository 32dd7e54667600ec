using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace SharedModels.Orleans.Messages;

/// <summary>Serializes arguments and results, and checks their size.</summary>
internal sealed class Payloads(Serializer serializer, IOptions<RemoteModelOptions> options)
{
    public T Read<T>(byte[] payload) => serializer.Deserialize<T>(payload)!;

    /// <exception cref="RemotePayloadException">The payload is too large.</exception>
    public byte[] Write<T>(T value, string what)
    {
        var payload = serializer.SerializeToArray(value);
        var max = options.Value.MaxRemoteBytes;
        if (payload.Length <= max)
            return payload;
        throw new RemotePayloadException(
            $"{what} has {payload.Length:N0} bytes, and {nameof(RemoteModelOptions)}.{nameof(RemoteModelOptions.MaxRemoteBytes)} allows "
            + $"{max:N0}. Send large payloads by HTTP through SharedModels.Yarp, or pass the URI of the data.")
        {
            Bytes = payload.Length, MaxBytes = max,
        };
    }
}
