using System.Globalization;
using System.Text.RegularExpressions;
using SharedModels.Devices;

namespace SharedModels.Cuda.Driver;

/// <summary>
/// Classifies exceptions by their effect on the device. Engines report errors as text, often long after the kernel that caused them. A
/// name or a code determines the result. A message without one is searched for the texts of <c>cudaGetErrorString</c>.
/// </summary>
internal static partial class CudaErrors
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private static readonly string[] OutOfMemoryTexts =
    [
        "CUDA out of memory",
        "MPS backend out of memory",

        // ONNX Runtime's arena.
        "BFCArena::AllocateRawInternal",
        "Failed to allocate memory for requested buffer",
    ];

    // These texts are not from cudaGetErrorString, but from the kernel log and NVML.
    private static readonly string[] LostTexts = ["fallen off the bus", "GPU is lost", "device has been lost"];

    // After one of these texts, libtorch prints help and a backtrace, which can contain any word.
    private static readonly string[] ErrorEnds =
    [
        "CUDA kernel errors might be asynchronously reported",
        "For debugging consider passing CUDA_LAUNCH_BLOCKING",
        "Compile with `TORCH_USE_CUDA_DSA`",
        "Device-side assertions were explicitly omitted",
        "Exception raised from ",
        "C++ CapturedTraceback:",
        "\nframe #",
    ];

    // cuBLAS, cuDNN and other libraries do not report the reason. The cause is often an earlier kernel.
    private static readonly string[] UnclearStatuses =
    [
        "EXECUTION_FAILED",
        "EXEC_FAILED",
        "INTERNAL_ERROR",
        "MAPPING_ERROR",
        "NOT_INITIALIZED",
        "LAUNCH_FAILURE",
        "PREEXISTING_FAILURE",
    ];

    /// <summary>Classifies an exception without checking the context.</summary>
    public static DeviceFailure Classify(Exception exception) => Diagnose(exception).Failure;

    /// <summary>Classifies an exception and determines whether the context must be checked.</summary>
    public static CudaDiagnosis Diagnose(Exception exception)
    {
        var (failure, mustAsk) = (DeviceFailure.None, false);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DeviceOutOfMemoryException)
                return new(DeviceFailure.OutOfMemory);
            if (cause is DeviceLostException)
            {
                failure = DeviceFailure.Lost;
                continue;
            }

            var meaning = MeaningOf(cause);
            if (meaning == CudaErrorMeaning.ContextLost)
                return new(DeviceFailure.Lost, Sticky: cause);
            if (meaning == CudaErrorMeaning.OutOfMemory && failure == DeviceFailure.None)
                return new(DeviceFailure.OutOfMemory, IsFailedCreation(cause.Message));
            mustAsk |= meaning == CudaErrorMeaning.Unclear;
        }

        return new(failure, mustAsk && failure == DeviceFailure.None);
    }

    /// <summary>Returns <see langword="true"/> if the device's context can no longer be used by this process.</summary>
    public static bool IsSticky(Exception exception) => MeaningOf(exception) == CudaErrorMeaning.ContextLost;

    /// <summary>Returns the CUDA error that an exception reports, or <see langword="null"/> if it is not a known error.</summary>
    public static CudaError? Find(Exception exception)
    {
        if (exception is CudaException failure)
            return CudaError.OfCode(failure.Code);
        var reported = ErrorIn(exception.Message);
        return NameIn(exception.Message, reported) is { } name
            ? CudaError.OfName(name)
            : CodeIn(reported) ?? (IsOfCuda(reported) && !Status().IsMatch(reported) ? CudaError.OfText(LineOf(reported)) : null);
    }

    public static CudaErrorMeaning MeaningOf(Exception exception)
    {
        if (Find(exception) is { } known)
            return known.Meaning;

        // Newer CUDA versions can have errors that are not in the table.
        var reported = ErrorIn(exception.Message);
        if (exception is CudaException || NameIn(exception.Message, reported) is not null)
            return CudaErrorMeaning.Unclear;
        if (Status().Match(reported) is { Success: true } status)
            return MeaningOfStatus(status.Value, reported);
        if (Says(reported, OutOfMemoryTexts))
            return CudaErrorMeaning.OutOfMemory;
        return IsOfCuda(reported) && Says(reported, LostTexts) ? CudaErrorMeaning.ContextLost : CudaErrorMeaning.CallerFault;
    }

    private static CudaErrorMeaning MeaningOfStatus(string status, string reported)
    {
        if (status.EndsWith("HOST_ALLOCATION_FAILED", StringComparison.Ordinal))
            return CudaErrorMeaning.CallerFault;
        if (status.EndsWith("ALLOC_FAILED", StringComparison.Ordinal)
            || status.EndsWith("ALLOCATION_FAILED", StringComparison.Ordinal)
            || IsFailedCreation(reported))
            return CudaErrorMeaning.OutOfMemory;
        return Says(status, UnclearStatuses) ? CudaErrorMeaning.Unclear : CudaErrorMeaning.CallerFault;
    }

    /// <summary>
    /// Returns <see langword="true"/> if a handle could not be created. The cause is a lack of memory, unless the context is lost.
    /// </summary>
    private static bool IsFailedCreation(string text) => FailedCreation().IsMatch(text);

    private static string? NameIn(string message, string reported)
    {
        // libtorch 2.9 and later include the error name in their help text.
        if (HelpLine().Match(message) is { Success: true } help)
            return help.Groups["name"].Value;
        return Name().Match(reported) is { Success: true } name ? name.Value : null;
    }

    private static CudaError? CodeIn(string reported) =>
        Code().Match(reported) is { Success: true } match
        && int.TryParse(match.Groups["code"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? CudaError.OfCode(code)
            : null;

    /// <summary>Returns the part of a message that describes the error, without the help text and the backtrace.</summary>
    private static string ErrorIn(string message)
    {
        var end = message.Length;
        foreach (var mark in ErrorEnds)
        {
            var at = message.IndexOf(mark, StringComparison.Ordinal);
            if (at >= 0)
                end = Math.Min(end, at);
        }

        return message[..end];
    }

    /// <summary>Returns the text from "CUDA error:" to the end of the line, or the whole text if it does not contain that.</summary>
    private static ReadOnlySpan<char> LineOf(string reported) =>
        ErrorLine().Match(reported) is { Success: true } line ? line.Groups["line"].ValueSpan : reported;

    // Exceptions of other libraries can contain "unknown error" too.
    private static bool IsOfCuda(string text) =>
        text.Contains("CUDA", StringComparison.OrdinalIgnoreCase) || text.Contains("NVML", StringComparison.Ordinal);

    private static bool Says(string text, string[] phrases) =>
        Array.Exists(phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"Search for `(?<name>cudaError\w+)' in https://", Options)]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"\b(?:cudaError[A-Z]\w*|CUDA_ERROR_[A-Z0-9_]+)\b", Options)]
    private static partial Regex Name();

    // ONNX Runtime writes "CUDA failure 700: …". libtorch writes "CUDA driver error: 209" if the driver has no text.
    [GeneratedRegex(@"CUDA (?:failure|error:|driver error:) (?<code>\d+)\b", Options)]
    private static partial Regex Code();

    [GeneratedRegex(@"CUDA (?:driver )?error: (?<line>[^\r\n]*)", Options)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"\b(?:CUBLAS|CUDNN|CUSOLVER|CUSPARSE|CURAND)_STATUS_[A-Z0-9_]+|\bCUFFT_[A-Z0-9_]+", Options)]
    private static partial Regex Status();

    [GeneratedRegex(
        @"CUBLAS_STATUS_NOT_INITIALIZED when calling `cublas(?:Lt)?Create\b"
        + @"|CUSOLVER_STATUS_NOT_INITIALIZED, when calling `cusolver\w*Create\b"
        + @"|CUDNN_STATUS_NOT_INITIALIZED",
        Options)]
    private static partial Regex FailedCreation();
}
