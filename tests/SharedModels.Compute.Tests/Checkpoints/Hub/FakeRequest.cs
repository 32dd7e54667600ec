using System.Globalization;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>A request that a <see cref="FakeHub"/> received.</summary>
internal sealed record FakeRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The path, even if the target is the full address that a proxy receives.</summary>
    public string Path => Uri.UnescapeDataString(
        Uri.TryCreate(Target, UriKind.Absolute, out var address) && address.Scheme == "http" ? address.AbsolutePath : Target.Split('?')[0]);

    /// <summary>The name of the file.</summary>
    public string File => Path.Split('/')[^1];

    public long? RangeBegin => Header("Range") is { } range
        ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
        : null;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static FakeRequest Parse(string text)
    {
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).ToDictionary(
            static header => header[0], static header => header.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        return new(first[0], first[1], headers);
    }
}
