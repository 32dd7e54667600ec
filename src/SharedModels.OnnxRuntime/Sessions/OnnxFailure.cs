using Microsoft.ML.OnnxRuntime;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.OnnxRuntime.Sessions;

/// <summary>
/// Translates the exceptions of ONNX Runtime, which are all of one class, so that the manager and the caller know what has failed.
/// </summary>
/// <remarks>Failures of CUDA need no translation: the provider of CUDA devices classifies them by their text.</remarks>
internal static class OnnxFailure
{
    private static readonly string[] OutOfMemoryTexts =
        ["bad allocation", "bad_alloc", "Failed to allocate memory", "BFCArena::AllocateRawInternal", "not enough memory"];

    private static readonly string[] MissingLibraryTexts =
        ["Failed to load shared library", "Failed to load library", "LoadLibrary failed"];

    /// <summary>Returns the exception to throw when a session could not be created.</summary>
    public static Exception OfCreation(OnnxRuntimeException exception, string path, Device device, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException($"The creation of a session for '{path}' was canceled.", exception, cancellationToken);
        var message = exception.Message;
        if (device.IsCpu && IsOutOfMemory(message))
            return new InsufficientMemoryException($"The machine has too little free memory to load '{path}'. {message}", exception);
        if (IsMissingLibrary(message))
            return new DllNotFoundException(
                $"The execution provider for {device} needs libraries that cannot be loaded. Install them, or set the model's Device to "
                + $"Cpu. {message}",
                exception);
        return message.StartsWith("[ErrorCode:InvalidProtobuf]", StringComparison.Ordinal)
            ? new InvalidDataException($"'{path}' is not a valid ONNX model. {message}", exception)
            : exception;
    }

    /// <summary>
    /// Returns true if the cause can be the file or its optimization, and not the memory, the device or a missing library, which another
    /// file does not change.
    /// </summary>
    public static bool MayBeOfFile(OnnxRuntimeException exception) =>
        !IsOutOfMemory(exception.Message)
        && !IsMissingLibrary(exception.Message)
        && CudaErrors.Diagnose(exception) is { Failure: DeviceFailure.None, MustAskContext: false };

    private static bool IsOutOfMemory(string message) => Says(message, OutOfMemoryTexts);

    private static bool IsMissingLibrary(string message) => Says(message, MissingLibraryTexts);

    private static bool Says(string text, string[] phrases) =>
        Array.Exists(phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
