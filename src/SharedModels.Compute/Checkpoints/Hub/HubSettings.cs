using System.Text.RegularExpressions;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>The location of the hub and its cache. This is a class because the text of a record would include the token.</summary>
internal sealed partial class HubSettings
{
    /// <summary>The public hub of Hugging Face.</summary>
    public const string PublicEndpoint = "https://huggingface.co";

    private readonly Func<string, string?> _environment;

    /// <summary>Creates settings. Empty ones are taken from the environment.</summary>
    public HubSettings(string? endpoint, string? token, string? cacheFolder, Func<string, string?>? environment = null)
    {
        _environment = environment ?? Environment.GetEnvironmentVariable;
        Endpoint = (NullIfBlank(endpoint) ?? Read("HF_ENDPOINT") ?? PublicEndpoint).TrimEnd('/');
        Token = NullIfBlank(token) ?? Read("HF_TOKEN");
        CacheFolder = Path.GetFullPath(Expand(NullIfBlank(cacheFolder) ?? DefaultCache()));
    }

    /// <summary>The address of the hub, without a trailing slash.</summary>
    public string Endpoint { get; }

    /// <summary>The address as messages show it, without the password that may precede the @.</summary>
    public string ShownEndpoint
    {
        get
        {
            var begin = Endpoint.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
            return Endpoint.LastIndexOf('@') is var end && end >= begin ? Endpoint.Remove(begin, end + 1 - begin) : Endpoint;
        }
    }

    public string? Token { get; }

    /// <summary>True if the token can be sent in an HTTP header.</summary>
    public bool IsTokenValid => Token is null || Token.All(static c => c is > ' ' and <= '~');

    /// <summary>The full path of the cache folder, which might not exist.</summary>
    public string CacheFolder { get; }

    /// <summary>
    /// The address as a URI, or <see langword="null"/> if it is not an HTTP address, or contains a user or a password, which would not be
    /// sent.
    /// </summary>
    public Uri? EndpointUri =>
        Uri.TryCreate(Endpoint + "/", UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" } ? uri : null;

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>\w+))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable { get; }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>
    /// Returns the default folder, in the order that Hugging Face documents. The second variable is the former name of the first.
    /// </summary>
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
