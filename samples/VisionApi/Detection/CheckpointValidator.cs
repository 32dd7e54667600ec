using Microsoft.Extensions.Options;
using SharedModels.Vision;

namespace VisionApi.Detection;

/// <summary>Stops the start without a checkpoint. Its files are checked when the model is loaded.</summary>
internal sealed class CheckpointValidator : IValidateOptions<Owlv2Options>
{
    private const string Remedy = "Set it to the folder of an OWLv2 checkpoint in the layout of Hugging Face.";

    public ValidateOptionsResult Validate(string? name, Owlv2Options options)
    {
        if (string.IsNullOrWhiteSpace(options.Checkpoint))
            return ValidateOptionsResult.Fail($"Owlv2:Checkpoint is empty. {Remedy}");
        if (!Directory.Exists(options.Checkpoint))
            return ValidateOptionsResult.Fail($"Owlv2:Checkpoint is '{options.Checkpoint}', which is no folder. {Remedy}");
        return File.Exists(Path.Combine(options.Checkpoint, "config.json"))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Owlv2:Checkpoint is '{options.Checkpoint}', which has no config.json. {Remedy}");
    }
}
