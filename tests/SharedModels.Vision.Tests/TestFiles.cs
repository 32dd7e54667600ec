using System.Globalization;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests;

/// <summary>Finds the files that tests read: those in the repository, and external ones in <c>../shared</c>, next to it.</summary>
internal static class TestFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>Returns the path of a file or folder under <c>tests/fixtures</c>.</summary>
    public static string Fixture(params string[] parts) => Path.Combine([Root, "tests", "fixtures", .. parts]);

    /// <summary>Returns the path of a file or folder in the repository.</summary>
    public static string InRepository(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Returns the path of a file or folder next to the repository, which does not have to exist.</summary>
    public static string Shared(params string[] parts) => Path.Combine([Root, "..", "shared", .. parts]);

    /// <summary>Decodes an image.</summary>
    public static RgbImage Image(string path) => new ImageDecoder().Decode(File.ReadAllBytes(path));

    /// <summary>Returns a number from the environment, for runs that are made longer on request.</summary>
    public static int Number(string variable, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : standard;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharedModels.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds SharedModels.sln.");
    }
}
