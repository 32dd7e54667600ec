namespace SharedModels.Cuda.Driver;

/// <summary>The exception that is thrown when a function of the CUDA driver fails.</summary>
internal sealed class CudaException(string function, int code, string name, string description)
    : Exception($"{function} failed: {description} ({name}, {code}).")
{
    public int Code { get; } = code;

    /// <summary>The name of the error in the CUDA driver API, such as <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</summary>
    public string Name { get; } = name;
}
