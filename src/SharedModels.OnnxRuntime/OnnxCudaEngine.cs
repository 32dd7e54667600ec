using SharedModels.Cuda;
using SharedModels.OnnxRuntime.Sessions;

namespace SharedModels.OnnxRuntime;

/// <inheritdoc/>
internal sealed class OnnxCudaEngine : ICudaEngine
{
    public string? FindProblem()
    {
        try
        {
            return OnnxLibrary.Find(ExecutionProviders.Cuda) is not null
                ? null
                : "The native library of ONNX Runtime does not contain the execution provider CUDA. Reference the package "
                    + "Microsoft.ML.OnnxRuntime.Gpu.Linux or .Gpu.Windows instead of Microsoft.ML.OnnxRuntime.";
        }
        catch (DllNotFoundException exception)
        {
            return exception.Message;
        }
    }
}
