using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class CudaDriverStartTests
{
    [Theory]
    [InlineData(802, "CUDA_ERROR_SYSTEM_NOT_READY", "nvidia-fabricmanager")]
    [InlineData(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "reinstall the driver")]
    [InlineData(804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "cuda-compat")]
    [InlineData(999, "CUDA_ERROR_UNKNOWN", "nvidia_uvm")]
    [InlineData(304, "CUDA_ERROR_OPERATING_SYSTEM", "/dev/nvidia*")]
    [InlineData(222, "CUDA_ERROR_OF_TOMORROW", "nvidia-smi")]
    public void A_driver_that_does_not_start_reports_its_code_and_the_remedy(int code, string name, string remedy)
    {
        var problem = CudaDriverStart.ProblemOf(code, name);
        Assert.StartsWith($"The CUDA driver cannot be used ({name}, {code}). ", problem, StringComparison.Ordinal);
        Assert.Contains(remedy, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_GPU_has_no_problem() => Assert.Null(CudaDriverStart.ProblemOf(100, "CUDA_ERROR_NO_DEVICE"));
}
