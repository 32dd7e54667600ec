using Microsoft.Extensions.Options;

namespace SharedModels.Yarp.Gateways;

internal sealed class ClusterOptionsValidator : IValidateOptions<ClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> failures = [];
        if (options.Nodes.Count == 0)
            failures.Add("Nodes is empty; list the addresses of the nodes, such as http://10.0.0.3:5080.");
        foreach (var node in options.Nodes)
        {
            if (!Uri.TryCreate(node, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                failures.Add($"Nodes contains '{node}', which is not an address; use one such as http://10.0.0.3:5080.");
        }

        if (options.NodePath is not ['/', ..])
            failures.Add($"NodePath is '{options.NodePath}'; use a path that starts with a slash.");
        if (options.ActivityTimeout <= TimeSpan.Zero)
            failures.Add($"ActivityTimeout is {options.ActivityTimeout}; use a time greater than zero.");
        if (options.ConnectTimeout <= TimeSpan.Zero)
            failures.Add($"ConnectTimeout is {options.ConnectTimeout}; use a time greater than zero.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
