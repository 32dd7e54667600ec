using SharedModels.OnnxRuntime.Sessions;

namespace SharedModels.OnnxRuntime.Tests.Sessions;

public sealed class ExecutionProvidersTests
{
    [Fact]
    public void CUDA_uses_the_device_of_the_manager_and_takes_no_more_memory_than_requested()
    {
        var options = new OnnxModelOptions();
        options.ProviderOptions["device_id"] = "7";
        options.ProviderOptions["cudnn_conv_algo_search"] = "HEURISTIC";
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["device_id"] = "1", ["cudnn_conv_algo_search"] = "HEURISTIC", ["arena_extend_strategy"] = "kSameAsRequested",
            },
            ExecutionProviders.CudaOptions(options, new Device("cuda", 1)));
    }

    [Fact]
    public void The_strategy_of_the_arena_can_be_set()
    {
        var options = new OnnxModelOptions();
        options.ProviderOptions["arena_extend_strategy"] = "kNextPowerOfTwo";
        Assert.Equal("kNextPowerOfTwo", ExecutionProviders.CudaOptions(options, new Device("cuda"))["arena_extend_strategy"]);
    }

    [Fact]
    public void TensorRT_uses_the_device_of_the_manager()
    {
        var options = new OnnxModelOptions();
        options.ProviderOptions["trt_fp16_enable"] = "1";
        Assert.Equal(
            new Dictionary<string, string> { ["device_id"] = "1", ["trt_fp16_enable"] = "1" },
            ExecutionProviders.TensorRtOptions(options, new Device("cuda", 1)));
    }

    [Fact]
    public void A_library_without_CUDA_says_what_to_reference() =>
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu.Linux", new OnnxCudaEngine().FindProblem(), StringComparison.Ordinal);
}
