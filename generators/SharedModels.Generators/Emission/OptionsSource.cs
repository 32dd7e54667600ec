using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>
/// Writes the code that binds the options of models. The configuration binder would need reflection here: its own generator does not
/// see the code of other generators, so calls to <c>Bind</c> in emitted code are never intercepted.
/// </summary>
internal static class OptionsSource
{
    private const string Binder = "global::SharedModels.ModelOptionsBinder";
    private const string Section = "global::Microsoft.Extensions.Configuration.IConfigurationSection";

    /// <summary>Returns a lambda that binds an options class.</summary>
    public static string BinderOf(string options) => $"static (section, options) => {Binder}.Bind(section, options)";

    public const string Type = "ModelOptionsBinder";

    public static string Emit() => SourceWriter.Begin()
        .Append($$"""
            namespace SharedModels
            {
                /// <summary>Binds the options of models to the configuration. A missing key leaves its option unchanged, and a list replaces the default list.</summary>
                {{SourceWriter.Marks}}
                internal static partial class {{Type}}
                {
                    private static {{Section}}? Find({{Section}} section, string key) =>
                        section.GetSection(key) is var found && (found.Value is not null || global::System.Linq.Enumerable.Any(found.GetChildren())) ? found : null;

                    private static T Convert<T>({{Section}} section, global::System.Func<string, T> parse)
                    {
                        try
                        {
                            return parse(section.Value ?? "");
                        }
                        catch (global::System.Exception exception) when (exception is global::System.FormatException or global::System.OverflowException or global::System.ArgumentException)
                        {
                            throw new global::System.InvalidOperationException($"{section.Path} is '{section.Value}', which is not a valid {(global::System.Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)).Name}. {exception.Message}", exception);
                        }
                    }

                    private static T Parse<T>(string text) where T : global::System.IParsable<T> => T.Parse(text, global::System.Globalization.CultureInfo.InvariantCulture);

                    // TimeSpan.Parse reads 4 as four days.
                    private static global::System.TimeSpan ParseTime(string text) => text.Contains(':')
                        ? global::System.TimeSpan.ParseExact(text.Trim(), "c", global::System.Globalization.CultureInfo.InvariantCulture)
                        : throw new global::System.FormatException("Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:30 for 30 seconds.");

                    private static global::System.Collections.Generic.IEnumerable<T> Items<T>({{Section}} section, global::System.Func<string, T> parse) =>
                        global::System.Linq.Enumerable.Select(section.GetChildren(), child => Convert(child, parse));
                }
            }

            """)
        .ToString();

    public static void Append(StringBuilder source, NamedModel model)
    {
        foreach (var options in model.Options)
        {
            source.Append($$"""
                        public static void Bind({{Section}} section, {{options.TypeName}} options)
                        {

                """);
            foreach (var property in options.Properties)
                source.Append($"            {Read(property)}\n");
            source.Append("        }\n\n");
        }
    }

    private static string Read(OptionsProperty property)
    {
        var (target, found) = ($"options.@{property.Name}", $"@_{property.Name}");
        var parse = $"static text => {property.Parser}";
        var items = $"Items({found}, {parse})";
        var bind = (property.Shape, property.CanSet) switch
        {
            (OptionsShape.Value, _) => $"{target} = Convert({found}, {parse});",
            (OptionsShape.List, true) => $"{target} = global::System.Linq.Enumerable.{property.TypeName}({items});",
            (OptionsShape.List, false) => $"{{ {target}.Clear(); foreach (var item in {items}) {target}.Add(item); }}",
            (OptionsShape.Dictionary, true) =>
                $"{{ {target} ??= new global::System.Collections.Generic.Dictionary<string, {property.TypeName}>(); foreach (var child in "
                + $"{found}.GetChildren()) {target}[child.Key] = Convert(child, {parse}); }}",
            (OptionsShape.Dictionary, false) =>
                $"foreach (var child in {found}.GetChildren()) {target}[child.Key] = Convert(child, {parse});",
            (_, true) => $"Bind({found}, {target} ??= new {property.TypeName}());",
            _ => $"{{ if ({target} is {{ }} nested) Bind({found}, nested); }}",
        };
        return $"if (Find(section, {CSharpLiteral.Of(property.Name)}) is {{ }} {found}) {bind}";
    }
}
