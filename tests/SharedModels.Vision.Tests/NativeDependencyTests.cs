namespace SharedModels.Vision.Tests;

public class NativeDependencyTests
{
    [Fact]
    public void Missing_library_is_named_with_the_package_and_the_command()
    {
        var dependency = new NativeDependency("libnot-there.so.9", "libnot-there9", "Reading minds");

        var exception = Assert.Throws<DllNotFoundException>(dependency.EnsureLoaded);

        Assert.StartsWith("Reading minds needs the library libnot-there.so.9", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("apt-get install --no-install-recommends libnot-there9", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Library_that_is_there_is_loaded_once_and_again()
    {
        var dependency = new NativeDependency("libc.so.6", "libc6", "Everything");

        dependency.EnsureLoaded();

        Assert.Null(Record.Exception(dependency.EnsureLoaded));
    }
}
