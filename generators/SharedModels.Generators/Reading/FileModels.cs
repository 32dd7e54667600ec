using System.Collections.Immutable;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>What one file has for the generator.</summary>
/// <param name="Models">Its classes with <c>[SharedModel]</c>.</param>
/// <param name="HasExclusions">Whether it leaves libraries out.</param>
/// <param name="IsPartial">Whether other files may have more of one of its classes.</param>
internal sealed record FileModels(ImmutableArray<ParsedModel> Models, bool HasExclusions, bool IsPartial)
{
    public static readonly FileModels None = new([], HasExclusions: false, IsPartial: false);

    public static readonly FileModels Excluding = new([], HasExclusions: true, IsPartial: false);

    public bool IsEmpty => Models.IsEmpty && !HasExclusions;
}
