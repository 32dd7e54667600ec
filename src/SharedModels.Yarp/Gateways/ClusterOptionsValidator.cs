using System.Buffers;
using Microsoft.Extensions.Options;
using SharedModels.Clustering;

namespace SharedModels.Yarp.Gateways;

/// <summary>Rejects invalid settings with a message that contains the key, the value and what is allowed.</summary>
internal sealed class ClusterOptionsValidator : IValidateOptions<ClusterOptions>
{
    /// <summary>The maximum of times that set timers, which run for at most 49 days.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    private static readonly SearchValues<char> NotInPath = SearchValues.Create("?# \t\r\n");

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> errors =
        [
            .. options.Report.Errors,
            .. Errors(options),
            .. RoutingSettings.Errors(
                options.Routing, $"{options.KeyPrefix}{RoutingSettings.Key}{options.KeyPrefix[^1]}", LongestTime),
        ];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(ClusterOptions options)
    {
        const string Example = "for example http://10.0.0.3:5080";
        if (options.Nodes.Count == 0)
            yield return $"{options.KeyPrefix}{nameof(options.Nodes)} is empty. List the addresses of the nodes, {Example}.";
        foreach (var (index, node) in options.Nodes.Index())
        {
            if (!IsAddress(node))
            {
                yield return Wrong(
                    options,
                    $"{nameof(options.Nodes)}:{index}",
                    $"'{node}'",
                    $"an address that starts with http or https and ends with a port or a path, {Example}");
            }
        }

        if (options.NodePath is not ['/', ..] || options.NodePath.AsSpan().ContainsAny(NotInPath))
        {
            yield return Wrong(
                options,
                nameof(options.NodePath), $"'{options.NodePath}'", "a path that starts with a slash, for example /sharedmodels/node");
        }

        if (options.ActivityTimeout <= TimeSpan.Zero || options.ActivityTimeout > LongestTime)
            yield return WrongTime(options, nameof(options.ActivityTimeout), options.ActivityTimeout, "00:10:00");
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > LongestTime)
            yield return WrongTime(options, nameof(options.ConnectTimeout), options.ConnectTimeout, "00:00:02");
    }

    /// <summary>Returns true if paths can be appended to the text.</summary>
    private static bool IsAddress(string? text) => !text.AsSpan().ContainsAny(NotInPath)
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "http" or "https", UserInfo: "" };

    private static string WrongTime(ClusterOptions options, string key, TimeSpan value, string example) =>
        Wrong(options, key, value, $"greater than zero and at most {LongestTime}, for example {example}");

    private static string Wrong(ClusterOptions options, string key, object value, string allowed) =>
        $"{options.KeyPrefix}{key} is {value}. The value must be {allowed}.";
}
