using System.Text.RegularExpressions;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>Where the hub and its cache are. A class, because the text of a record would show the token.</summary>
internal sealed partial class HubSettings
{
    /// <summary>The public hub of Hugging Face.</summary>
    public const string PublicEndpoint = "https://huggingface.co";

    private readonly Func<string, string?> _environment;

    /// <summary>Takes the environment's settings in place of those that are empty.</summary>
    public HubSettings(string? endpoint, string? token, string? cacheFolder, Func<string, string?>? environment = null)
    {
        _environment = environment ?? Environment.GetEnvironmentVariable;
        Endpoint = (NullIfBlank(endpoint) ?? Read("HF_ENDPOINT") ?? PublicEndpoint).TrimEnd('/');
        Token = NullIfBlank(token) ?? Read("HF_TOKEN");
        CacheFolder = Path.GetFullPath(Expand(NullIfBlank(cacheFolder) ?? DefaultCache()));
    }

    /// <summary>The address of the hub, without a slash at the end.</summary>
    public string Endpoint { get; }

    /// <summary>The address as messages show it: a password may stand in front of the @.</summary>
    public string ShownEndpoint
    {
        get
        {
            var begin = Endpoint.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
            return Endpoint.LastIndexOf('@') is var end && end >= begin ? Endpoint.Remove(begin, end + 1 - begin) : Endpoint;
        }
    }

    public string? Token { get; }

    /// <summary>Whether the token can stand in a header of HTTP.</summary>
    public bool IsTokenValid => Token is null || Token.All(static c => c is > ' ' and <= '~');

    /// <summary>The full path of the cache's folder, which need not exist.</summary>
    public string CacheFolder { get; }

    /// <summary>
    /// The address as a URI without user and password, which are never sent, or <see langword="null"/> if it is not one of HTTP.
    /// </summary>
    public Uri? EndpointUri => Uri.TryCreate(Endpoint + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? new(uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped))
        : null;

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>\w+))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable { get; }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>The order that Hugging Face documents; the second is the name that it had before.</summary>
    private string DefaultCache() =>
        Read("HF_HUB_CACHE")
        ?? Read("HUGGINGFACE_HUB_CACHE")
        ?? Path.Combine(Expand(Read("HF_HOME") ?? Path.Combine(Read("XDG_CACHE_HOME") ?? "~/.cache", "huggingface")), "hub");

    private string Expand(string path)
    {
        path = Variable.Replace(path, match => Read(match.Groups["name"].Value) ?? match.Value);
        if (path != "~" && !path.StartsWith("~/", StringComparison.Ordinal))
            return path;
        var home = Read(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME")
            ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Join(home, path[1..]);
    }

    private string? Read(string name) => NullIfBlank(_environment(name));
}
