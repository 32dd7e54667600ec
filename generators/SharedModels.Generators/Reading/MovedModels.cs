using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>An edit inside of a method moves what stands below it, and nothing else: the models of a file stay, at other places.</summary>
internal static class MovedModels
{
    public static FileModels Move(FileModels file, SyntaxTree before, SyntaxTree now)
    {
        var places = AttributesOf(before)
            .Zip(AttributesOf(now), static (old, moved) => (old.Span, Place: LocationInfo.From(moved.GetLocation())))
            .ToDictionary(static moved => moved.Span, static moved => moved.Place);
        return file with { Models = [.. file.Models.Select(model => Move(model, places))] };
    }

    private static ParsedModel Move(ParsedModel model, Dictionary<TextSpan, LocationInfo> places) => model with
    {
        Locations = new(model.Locations.Select(place => Move(place, places))),
        Diagnostics = new(model.Diagnostics.Select(diagnostic => diagnostic with { Location = diagnostic.Location is { } place ? Move(place, places) : null })),
    };

    private static LocationInfo Move(LocationInfo place, Dictionary<TextSpan, LocationInfo> places) => places.TryGetValue(place.Span, out var moved) ? moved : place;

    private static IEnumerable<AttributeSyntax> AttributesOf(SyntaxTree tree) => AttributedNodes.Classes((CompilationUnitSyntax)tree.GetRoot())
        .SelectMany(static type => type.AttributeLists)
        .SelectMany(static list => list.Attributes);
}
