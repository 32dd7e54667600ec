namespace SharedModels.Configuration.Binding;

/// <summary>What was found while options were read from the configuration.</summary>
internal sealed class BindingReport
{
    /// <summary>The section that was read last.</summary>
    public string Section { get; set; } = "SharedModels";

    /// <summary>Values that cannot be used.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Keys that are not settings.</summary>
    public List<string> Warnings { get; } = [];
}
