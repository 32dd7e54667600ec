using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Reads the options of a module from its section without reflection.</summary>
internal static class TorchModelOptionsBinder
{
    public static void Bind(IConfigurationSection section, TorchModelOptions options)
    {
        options.Weights = section[nameof(options.Weights)] ?? options.Weights;
        options.ElementType = Read<string?>(
            section, nameof(options.ElementType), static text => ArenaModule.ReadType(text).ToString(), options.ElementType,
            $"one of {ArenaModule.TypeNames}");
        options.Strict = Read(section, nameof(options.Strict), bool.Parse, options.Strict, "true or false");
        options.IsMutable = Read(section, nameof(options.IsMutable), bool.Parse, options.IsMutable, "true or false");
        options.WorkingBytes = Read(
            section, nameof(options.WorkingBytes), ReadBytes, options.WorkingBytes, $"a number of bytes from 0 to {long.MaxValue}");
    }

    // Without a sign.
    private static long ReadBytes(string text) => long.Parse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    private static T Read<T>(IConfigurationSection section, string name, Func<string, T> parse, T present, string expected)
    {
        if (section[name] is not { } text)
            return present;
        try
        {
            return parse(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new FormatException($"{section.Path}:{name} is '{text}'. Set it to {expected}.", exception);
        }
    }
}
