using System.Collections.Immutable;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>The contents of one file that the generator needs.</summary>
/// <param name="Models">The classes with <c>[SharedModel]</c>.</param>
/// <param name="HasExclusions">True if the file excludes libraries.</param>
internal sealed record FileModels(ImmutableArray<ModelClass> Models, bool HasExclusions)
{
    public static readonly FileModels None = new([], HasExclusions: false);

    public static readonly FileModels Excluding = new([], HasExclusions: true);
}
