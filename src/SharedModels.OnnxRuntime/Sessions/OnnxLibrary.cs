using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Sessions;

/// <summary>The native library of ONNX Runtime, which the application references.</summary>
internal static class OnnxLibrary
{
    private const string Suffix = "ExecutionProvider";

    private static readonly Lazy<string[]> Available = new(ReadProviders);

    /// <summary>The execution providers that the library contains, without their suffix.</summary>
    /// <exception cref="DllNotFoundException">The library cannot be loaded. The message contains the remedy.</exception>
    public static IReadOnlyList<string> Providers => Available.Value;

    /// <summary>Returns a provider's name as the library writes it, or <see langword="null"/> if the library does not contain it.</summary>
    public static string? Find(string provider)
    {
        var name = NameOf(provider);
        return Providers.FirstOrDefault(available => available.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns the name of a provider without its suffix. DirectML has two names.</summary>
    public static string NameOf(string provider)
    {
        var name = provider.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? provider[..^Suffix.Length] : provider;
        return name.Equals("DirectML", StringComparison.OrdinalIgnoreCase) ? "Dml" : name;
    }

    private static string[] ReadProviders()
    {
        try
        {
            _ = OnnxThreads.AreShared;
            return Array.ConvertAll(OrtEnv.Instance().GetAvailableProviders(), NameOf);
        }
        catch (Exception exception) when (MissingLibrary(exception) is { } missing)
        {
            throw new DllNotFoundException(
                "The native library of ONNX Runtime cannot be loaded. Add the package Microsoft.ML.OnnxRuntime to the application, or "
                + $"Microsoft.ML.OnnxRuntime.Gpu.Linux or .Gpu.Windows for CUDA. {missing.Message}",
                exception);
        }
    }

    private static Exception? MissingLibrary(Exception? exception)
    {
        while (exception is not null and not DllNotFoundException and not EntryPointNotFoundException)
            exception = exception.InnerException;
        return exception;
    }
}
