namespace SharedModels.Vision.Tests;

public class NativeDependencyTests
{
    [Fact]
    public void Missing_library_is_named_with_its_purpose_and_the_remedy()
    {
        var dependency = new NativeDependency(
            "libnot-there.so.9", "Reading minds", "Install libnot-there9.", typeof(NativeDependency).Assembly);

        var exception = Assert.Throws<DllNotFoundException>(dependency.EnsureLoaded);

        Assert.StartsWith("Reading minds requires the library libnot-there.so.9", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Install libnot-there9.", exception.Message, StringComparison.Ordinal);
        Assert.IsType<DllNotFoundException>(exception.InnerException);
    }

    [Fact]
    public void Existing_library_can_be_loaded_repeatedly()
    {
        var dependency = new NativeDependency("libc.so.6", "Everything", "", typeof(NativeDependency).Assembly);

        dependency.EnsureLoaded();

        Assert.Null(Record.Exception(dependency.EnsureLoaded));
    }
}
