namespace SharedModels.Cuda.Driver;

/// <summary>A function of the CUDA driver failed.</summary>
internal sealed class CudaException(string function, int code, string name, string description)
    : Exception($"{function} failed: {description} ({name}, {code}).")
{
    public int Code { get; } = code;

    /// <summary>The error's name in the CUDA driver API: <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</summary>
    public string Name { get; } = name;
}
