using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Tests;

/// <summary>Searches a value of a generator's step for objects that would keep a whole compilation alive.</summary>
internal static class CapturedSymbols
{
    public static void AssertNone(object? value) => Walk(value, "value", []);

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return;
        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or Location, $"{path} is a {value.GetType()}.");
        if (value is IEnumerable items)
        {
            foreach (var item in items)
                Walk(item, path + "[]", seen);
        }

        foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            Walk(field.GetValue(value), $"{path}.{field.Name}", seen);
    }
}
