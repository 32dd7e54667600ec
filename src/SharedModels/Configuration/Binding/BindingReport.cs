namespace SharedModels.Configuration.Binding;

/// <summary>The errors and warnings found while reading options from the configuration.</summary>
internal sealed class BindingReport
{
    /// <summary>The path of the section that was read last.</summary>
    public string Section { get; set; } = "SharedModels";

    /// <summary>Errors for invalid values.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Warnings for unknown keys.</summary>
    public List<string> Warnings { get; } = [];
}
