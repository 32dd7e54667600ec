using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators;

/// <summary>Writes constants as C# literals that have the same value and type in any context.</summary>
internal static class CSharpLiteral
{
    public static string Of(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>Returns an expression for a time that an attribute specifies as text.</summary>
    public static string OfTime(string time) =>
        $"global::System.TimeSpan.Parse({Of(time)}, global::System.Globalization.CultureInfo.InvariantCulture)";

    /// <summary>
    /// Returns the literal of an attribute's argument, or <see langword="null"/> for an array or a type that is less accessible than the
    /// code that contains the literal.
    /// </summary>
    public static string? Of(TypedConstant constant, Accessibility reach) => constant switch
    {
        { Kind: TypedConstantKind.Array or TypedConstantKind.Error } => null,
        { IsNull: true } => "null",
        { Kind: TypedConstantKind.Type, Value: ITypeSymbol type } =>
            TypeAccess.ReachOf(type) >= reach ? $"typeof({TypeAccess.NameOf(type)})" : null,
        { Type: { } type, Value: { } value } => TypeAccess.ReachOf(type) >= reach ? Of(type, value) : null,
        _ => null,
    };

    /// <summary>Returns the literal of a constant of a type, such as the default value of a parameter.</summary>
    public static string Of(ITypeSymbol type, object? value)
    {
        if (value is null)
            return type.IsValueType ? $"default({TypeAccess.NameOf(type)})" : "null";
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            type = ((INamedTypeSymbol)type).TypeArguments[0];
        if (type.TypeKind == TypeKind.Enum)
            return OfEnum(type, value);
        return value switch
        {
            string text => Of(text),
            bool flag => flag ? "true" : "false",
            char character => SymbolDisplay.FormatLiteral(character, quote: true),
            float number => OfFloatingPoint(number, number.ToString("R", CultureInfo.InvariantCulture) + "F", "float"),
            double number => OfFloatingPoint(number, number.ToString("R", CultureInfo.InvariantCulture) + "D", "double"),
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
            int number when type.SpecialType == SpecialType.System_Int32 => number.ToString(CultureInfo.InvariantCulture),
            uint number when type.SpecialType == SpecialType.System_UInt32 => number.ToString(CultureInfo.InvariantCulture) + "U",
            long number => number.ToString(CultureInfo.InvariantCulture) + "L",
            ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
            _ => $"({TypeAccess.NameOf(type)})({Convert.ToString(value, CultureInfo.InvariantCulture)})",
        };
    }

    private static string OfEnum(ITypeSymbol type, object value)
    {
        var member = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, value));
        return member is null
            ? $"({TypeAccess.NameOf(type)})({Convert.ToString(value, CultureInfo.InvariantCulture)})"
            : $"{TypeAccess.NameOf(type)}.{(SyntaxFacts.GetKeywordKind(member.Name) == SyntaxKind.None ? "" : "@")}{member.Name}";
    }

    private static string OfFloatingPoint(double value, string number, string type) => value switch
    {
        double.NaN => type + ".NaN",
        double.PositiveInfinity => type + ".PositiveInfinity",
        double.NegativeInfinity => type + ".NegativeInfinity",
        _ => number,
    };
}
