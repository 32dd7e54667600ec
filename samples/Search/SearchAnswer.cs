namespace Search;

/// <summary>The answer to a search.</summary>
/// <param name="Model">The id of the model that was used.</param>
/// <param name="Hits">The texts or images, starting with the nearest one.</param>
/// <param name="Models">The state of all models after the search.</param>
internal sealed record SearchAnswer<THit>(string Model, IReadOnlyList<THit> Hits, IReadOnlyList<ModelState> Models);
