namespace SharedModels.Residency;

/// <summary>The properties of a loaded model.</summary>
/// <param name="Footprint">The memory that the model takes.</param>
/// <param name="IsMutable">Indicates whether use changes the model.</param>
/// <param name="IsPlaced">Indicates whether the model can be used only on the device that it was loaded for.</param>
internal readonly record struct LoadedModel(ModelFootprint Footprint, bool IsMutable, bool IsPlaced);
