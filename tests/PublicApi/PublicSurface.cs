using System.Reflection;

namespace SharedModels.Tests.PublicApi;

/// <summary>
/// Lists the public surface of an assembly, one line for each type and member, in an order that does not depend on the compiler.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Describe(Assembly assembly) =>
        string.Concat(assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal).Select(Describe));

    private static string Describe(Type type)
    {
        var members = type.GetMembers(Declared)
            .Select(Describe)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .Select(static line => $"    {line}\n");
        return $"{Kind(type)} {Name(type)}{Bases(type)}\n{string.Concat(members)}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsInterface: true } => "interface",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum)
            return "";
        var bases = type.GetInterfaces()
            .Where(@interface => type.BaseType?.GetInterfaces().Contains(@interface) != true)
            .Select(Name)
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } @base && @base != typeof(object) && @base != typeof(ValueType))
            bases = bases.Prepend(Name(@base)).Order(StringComparer.Ordinal);
        var text = string.Join(", ", bases);
        return text.Length == 0 ? "" : " : " + text;
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        MethodBase { IsPublic: false, IsFamily: false, IsFamilyOrAssembly: false } => null,
        MethodBase { IsSpecialName: true } and not ConstructorInfo => null,
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        PropertyInfo property =>
            $"{Name(property.PropertyType)} {property.Name} "
            + $"{{{Accessor(property.GetMethod, " get;")}{Accessor(property.SetMethod, IsInit(property) ? " init;" : " set;")} }}"
            is var text && text.Contains(';', StringComparison.Ordinal) ? text : null,
        FieldInfo { IsPublic: true, IsSpecialName: false } field =>
            field.DeclaringType!.IsEnum ? $"{field.Name} = {(int)field.GetRawConstantValue()!}" : $"{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Accessor(MethodInfo? accessor, string text) => accessor is { IsPublic: true } or { IsFamily: true } ? text : "";

    private static bool IsInit(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(
            typeof(System.Runtime.CompilerServices.IsExternalInit)) == true;

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(static type => type.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(static parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}"
        + $"{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!) + "&";
        if (type.IsGenericParameter)
            return type.Name;
        var name = type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true
            ? type.Name
            : type.FullName?.Split('[')[0] ?? type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
