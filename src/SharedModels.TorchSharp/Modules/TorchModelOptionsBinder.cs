using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Reads the options of a module from its section without reflection.</summary>
internal static class TorchModelOptionsBinder
{
    public static void Bind(IConfigurationSection section, TorchModelOptions options)
    {
        options.Weights = section[nameof(options.Weights)] ?? options.Weights;
        options.ElementType = section[nameof(options.ElementType)] ?? options.ElementType;
        options.Strict = Read(section, nameof(options.Strict), bool.Parse, options.Strict);
        options.IsMutable = Read(section, nameof(options.IsMutable), bool.Parse, options.IsMutable);
        options.WorkingBytes = Read(
            section, nameof(options.WorkingBytes), static text => long.Parse(text, CultureInfo.InvariantCulture), options.WorkingBytes);
    }

    private static T Read<T>(IConfigurationSection section, string name, Func<string, T> parse, T present)
    {
        if (section[name] is not { } text)
            return present;
        try
        {
            return parse(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new FormatException($"{section.Path}:{name} is '{text}', which is not a {typeof(T).Name}.", exception);
        }
    }
}
