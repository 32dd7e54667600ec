using SharedModels;

namespace Search;

/// <summary>The state of a model for the page.</summary>
/// <param name="Id">The id of the model.</param>
/// <param name="IsLoaded">Indicates whether the model is in memory.</param>
/// <param name="Megabytes">The memory that it takes, or will take.</param>
/// <param name="Loads">The number of times that it has been loaded.</param>
internal sealed record ModelState(string Id, bool IsLoaded, long Megabytes, long Loads)
{
    public static ModelState Of(ModelSnapshot model) => new(
        model.Id, model.Residency == ModelResidency.OnDevice, model.Footprint.HostBytes / 1_000_000, model.Loads);
}
