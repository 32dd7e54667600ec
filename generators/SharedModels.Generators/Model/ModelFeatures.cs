namespace SharedModels.Generators.Model;

/// <summary>Which of the generated classes the models of an application need.</summary>
/// <param name="HasModels">True if there is a model.</param>
/// <param name="HasBatches">True if a model runs inputs in batches.</param>
/// <param name="HasOptions">True if a model has options.</param>
internal sealed record ModelFeatures(bool HasModels, bool HasBatches, bool HasOptions)
{
    public static ModelFeatures Of(EquatableArray<NamedModel> models) => new(
        models.Count > 0,
        models.Any(static model => model.Model.Batches.Count > 0),
        models.Any(static model => model.Options.Count > 0));
}
