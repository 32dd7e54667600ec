using System.Globalization;
using System.Text;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>A response of a <see cref="FakeHub"/>, which can be faulty.</summary>
internal sealed record FakeAnswer(int Status, byte[] Body)
{
    public FakeAnswer(int status)
        : this(status, [])
    {
    }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The number of body bytes after which the connection is closed.</summary>
    public int? BreakAfter { get; init; }

    /// <summary>The number of body bytes after which nothing more is sent until the task ends.</summary>
    public (int Bytes, Task Until)? HangAfter { get; init; }

    /// <summary>The length in the header, if it differs from the actual length.</summary>
    public long? Length { get; init; }

    public static FakeAnswer Redirect(string address, int status = 302) => new(status) { Headers = { ["Location"] = address } };

    /// <returns><see langword="true"/> if the connection can be used for another request.</returns>
    public async Task<bool> WriteAsync(Stream stream, bool isHead, CancellationToken cancellationToken)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} Fake\r\n"));
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Length ?? Body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), cancellationToken);
        if (isHead)
            return true;
        if (HangAfter is { } hang)
        {
            await stream.WriteAsync(Body.AsMemory(0, hang.Bytes), cancellationToken);
            await hang.Until.WaitAsync(cancellationToken);
            return false;
        }

        await stream.WriteAsync(Body.AsMemory(0, BreakAfter ?? Body.Length), cancellationToken);
        return BreakAfter is null && (Length is null || Length == Body.Length);
    }
}
