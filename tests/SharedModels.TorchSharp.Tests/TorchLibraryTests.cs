namespace SharedModels.TorchSharp.Tests;

public sealed class TorchLibraryTests
{
    [Fact]
    public void A_libstdcxx_that_is_too_old_is_named_with_the_remedy()
    {
        var text = TorchLibrary.Describe(
            "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n/usr/lib/libstdc++.so.6: "
            + "version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)\n");
        Assert.Contains("GLIBCXX_3.4.32 is missing", text, StringComparison.Ordinal);
        Assert.Contains("Debian 13, Ubuntu 24.04, RHEL 10", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_is_reported_with_the_packages_that_contain_it()
    {
        var text = TorchLibrary.Describe("libLibTorchSharp.so: cannot open shared object file: No such file or directory");
        Assert.Contains(
            "Reference TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows 0.107.0", text, StringComparison.Ordinal);
    }

    [TorchFact]
    public void A_library_without_cuda_is_reported_with_the_packages_that_contain_it() =>
        Assert.Contains("Reference TorchSharp-cuda-linux", TorchLibrary.FindCudaProblem(), StringComparison.Ordinal);
}
