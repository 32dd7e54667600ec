using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Sessions;

namespace SharedModels.OnnxRuntime.Tests.Sessions;

/// <summary>ONNX Runtime throws one class of exceptions. Their texts are those of its sources.</summary>
public sealed class OnnxFailureTests
{
    [Theory]
    [InlineData("[ErrorCode:RuntimeException] bad allocation", typeof(InsufficientMemoryException))]
    [InlineData("[ErrorCode:Fail] std::bad_alloc", typeof(InsufficientMemoryException))]
    [InlineData("[ErrorCode:RuntimeException] Failed to allocate memory for requested buffer", typeof(InsufficientMemoryException))]
    [InlineData("[ErrorCode:InvalidProtobuf] Load model from a.onnx failed:Protobuf parsing failed.", typeof(InvalidDataException))]
    [InlineData("[ErrorCode:Fail] Failed to load library onnxruntime_cuda.so with error: libcudnn.so.9", typeof(DllNotFoundException))]
    [InlineData("[ErrorCode:NotImplemented] Could not find an implementation for Foo(1)", typeof(OnnxRuntimeException))]
    public void A_failure_on_the_CPU_has_its_kind(string message, Type expected)
    {
        var failure = OnnxFailure.OfCreation(Create(message), "a.onnx", Device.Cpu, CancellationToken.None);
        Assert.IsType(expected, failure);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_of_a_CUDA_device_is_left_to_the_provider_of_the_device_which_reads_the_text()
    {
        var exception = Create("[ErrorCode:RuntimeException] BFCArena::AllocateRawInternal Available memory of 0 is smaller than 1024");
        Assert.Same(exception, OnnxFailure.OfCreation(exception, "a.onnx", new Device("cuda"), CancellationToken.None));
    }

    [Theory]
    [InlineData("[ErrorCode:RuntimeException] bad allocation", false)]
    [InlineData("[ErrorCode:RuntimeException] BFCArena::AllocateRawInternal Available memory of 0 is smaller than 1024", false)]
    [InlineData("[ErrorCode:Fail] Failed to load library onnxruntime_cuda.so with error: libcudnn.so.9", false)]
    [InlineData("[ErrorCode:Fail] CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED", false)]
    [InlineData("[ErrorCode:Fail] CUDA failure 719: unspecified launch failure", false)]
    [InlineData("[ErrorCode:InvalidProtobuf] Load model from a.onnx failed:Protobuf parsing failed.", true)]
    [InlineData("[ErrorCode:InvalidGraph] This is an invalid model.", true)]
    public void An_optimized_graph_is_given_up_only_for_failures_that_another_file_can_change(string message, bool isOfFile) =>
        Assert.Equal(isOfFile, OnnxFailure.MayBeOfFile(Create(message)));

    [Fact]
    public void A_failure_of_a_canceled_creation_is_a_cancellation()
    {
        var token = new CancellationToken(canceled: true);
        var failure = OnnxFailure.OfCreation(Create("[ErrorCode:Fail] canceled"), "a.onnx", Device.Cpu, token);
        Assert.Equal(token, Assert.IsType<OperationCanceledException>(failure).CancellationToken);
    }

    private static OnnxRuntimeException Create(string message)
    {
        // The constructor takes the code and the text, and writes both into the message.
        var constructor = typeof(OnnxRuntimeException).GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance)[0];
        var end = message.IndexOf("] ", StringComparison.Ordinal);
        var code = Enum.Parse(constructor.GetParameters()[0].ParameterType, message["[ErrorCode:".Length..end]);
        return (OnnxRuntimeException)constructor.Invoke([code, message[(end + 2)..]]);
    }
}
