using Microsoft.Extensions.Options;
using SharedModels.Clustering;

namespace SharedModels.Yarp.Gateways;

/// <summary>Rejects invalid settings with a message that contains the key, the value and what is allowed.</summary>
/// <param name="section">The path of the section that the settings come from.</param>
internal sealed class ClusterOptionsValidator(string section) : IValidateOptions<ClusterOptions>
{
    /// <summary>The maximum of times that set timers, which run for at most 49 days.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> errors =
        [
            .. options.Report.Errors,
            .. Errors(options),
            .. RoutingSettings.Errors(options.Routing, $"{section}:{RoutingSettings.Key}:", LongestTime),
        ];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Errors(ClusterOptions options)
    {
        const string Example = "for example http://10.0.0.3:5080";
        if (options.Nodes.Count == 0)
            yield return $"{section}:{nameof(options.Nodes)} is empty. List the addresses of the nodes, {Example}.";
        foreach (var (index, node) in options.Nodes.Index())
        {
            if (!Uri.TryCreate(node, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                yield return Wrong(
                    $"{nameof(options.Nodes)}:{index}", $"'{node}'", $"an address that starts with http or https, {Example}");
            }
        }

        if (options.NodePath is not ['/', ..])
        {
            yield return Wrong(
                nameof(options.NodePath), $"'{options.NodePath}'", "a path that starts with a slash, for example /sharedmodels/node");
        }

        if (options.ActivityTimeout <= TimeSpan.Zero || options.ActivityTimeout > LongestTime)
            yield return WrongTime(nameof(options.ActivityTimeout), options.ActivityTimeout, "00:10:00");
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > LongestTime)
            yield return WrongTime(nameof(options.ConnectTimeout), options.ConnectTimeout, "00:00:02");
    }

    private string WrongTime(string key, TimeSpan value, string example) =>
        Wrong(key, value, $"greater than zero and at most {LongestTime}, for example {example}");

    private string Wrong(string key, object value, string allowed) => $"{section}:{key} is {value}. The value must be {allowed}.";
}
