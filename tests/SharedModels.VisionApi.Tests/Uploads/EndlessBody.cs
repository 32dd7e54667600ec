using Microsoft.AspNetCore.Http;

namespace SharedModels.VisionApi.Tests.Uploads;

/// <summary>A request body without an end, which the server stops reading at its limit.</summary>
internal sealed class EndlessBody : MemoryStream
{
    private int _reads;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reads++ < 3
            ? new(buffer.Length)
            : throw new BadHttpRequestException("The server's own limit.", StatusCodes.Status413PayloadTooLarge);
}
