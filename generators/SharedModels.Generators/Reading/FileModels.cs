using System.Collections.Immutable;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>What one file has for the generator.</summary>
/// <param name="Models">Its classes with <c>[SharedModel]</c>.</param>
/// <param name="HasExclusions">Whether it leaves libraries out.</param>
internal sealed record FileModels(ImmutableArray<ModelClass> Models, bool HasExclusions)
{
    public static readonly FileModels None = new([], HasExclusions: false);

    public static readonly FileModels Excluding = new([], HasExclusions: true);
}
