using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Vision;

namespace VisionApi.Detection;

/// <summary>Says where the detector's checkpoint is.</summary>
internal static class CheckpointServiceCollectionExtensions
{
    /// <summary>Binds the settings of the detector; the application does not start without a checkpoint.</summary>
    public static void AddOwlv2Checkpoint(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton<IValidateOptions<Owlv2Options>, CheckpointValidator>();
        services.AddOptions<Owlv2Options>(SharedModelIds.Owlv2)
            .Bind(section)
            .PostConfigure(static options => options.Checkpoint = CheckpointFolder.Find(options.Checkpoint))
            .ValidateOnStart();
    }
}
