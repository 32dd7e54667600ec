using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Sessions;

/// <summary>Chooses the execution provider of a session.</summary>
internal static class ExecutionProviders
{
    public const string Cpu = "CPU";
    public const string Cuda = "CUDA";

    private const string Dml = "Dml", TensorRt = "Tensorrt";

    /// <summary>Returns the provider for a device.</summary>
    /// <exception cref="NotSupportedException">
    /// The library does not contain the provider, or there is none for this kind of device.
    /// </exception>
    public static string Choose(OnnxModelOptions options, Device device)
    {
        var wanted = options.ExecutionProvider ?? device.Kind switch
        {
            "cpu" => Cpu,
            "cuda" => Cuda,
            _ => throw new NotSupportedException(
                $"ONNX Runtime has no default execution provider for {device}. Set {nameof(OnnxModelOptions.ExecutionProvider)} of the "
                + "model, or its Device to Cpu."),
        };
        return OnnxLibrary.Find(wanted) ?? throw new NotSupportedException(
            "The native library of ONNX Runtime in this application does not contain the execution provider "
            + $"'{OnnxLibrary.NameOf(wanted)}' for {device}. It contains {string.Join(", ", OnnxLibrary.Providers)}. {RemedyFor(wanted)}");
    }

    /// <summary>Adds the provider to a session's options.</summary>
    public static void Append(SessionOptions session, string provider, OnnxModelOptions options, Device device)
    {
        switch (provider)
        {
            case Cpu:
                break;
            case Cuda:
                AppendCuda(session, CudaOptions(options, device));
                break;
            case TensorRt:
                using (var tensorRt = new OrtTensorRTProviderOptions())
                {
                    tensorRt.UpdateOptions(TensorRtOptions(options, device));
                    session.AppendExecutionProvider_Tensorrt(tensorRt);
                }

                // TensorRT leaves the operators that it does not know to CUDA.
                AppendCuda(session, CudaOptions(new(), device));
                break;
            case Dml:
                session.AppendExecutionProvider_DML(device.Index);
                break;
            default:
                session.AppendExecutionProvider(provider, options.ProviderOptions);
                break;
        }
    }

    /// <summary>Returns the settings of CUDA: the model's, and the device.</summary>
    public static Dictionary<string, string> CudaOptions(OnnxModelOptions options, Device device)
    {
        var settings = new Dictionary<string, string>(options.ProviderOptions, StringComparer.Ordinal)
        {
            ["device_id"] = device.Index.ToString(CultureInfo.InvariantCulture),
        };
        settings.TryAdd("arena_extend_strategy", "kSameAsRequested");
        return settings;
    }

    /// <summary>Returns the settings of TensorRT: the model's, and the device.</summary>
    public static Dictionary<string, string> TensorRtOptions(OnnxModelOptions options, Device device) =>
        new(options.ProviderOptions, StringComparer.Ordinal) { ["device_id"] = device.Index.ToString(CultureInfo.InvariantCulture) };

    private static void AppendCuda(SessionOptions session, Dictionary<string, string> settings)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(settings);
        session.AppendExecutionProvider_CUDA(cuda);
    }

    private static string RemedyFor(string provider) => OnnxLibrary.NameOf(provider).ToUpperInvariant() switch
    {
        "CUDA" or "TENSORRT" => "Reference the package Microsoft.ML.OnnxRuntime.Gpu.Linux or .Gpu.Windows instead of "
            + "Microsoft.ML.OnnxRuntime, or set the model's Device to Cpu.",
        "DML" => "Reference the package Microsoft.ML.OnnxRuntime.DirectML instead of Microsoft.ML.OnnxRuntime.",
        _ => $"Reference a package whose library contains it, or omit {nameof(OnnxModelOptions.ExecutionProvider)}.",
    };
}
