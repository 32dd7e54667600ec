namespace SharedModels.VisionApi.Tests;

/// <summary>Finds the images and folders of the repository that tests need.</summary>
internal static class TestFiles
{
    private static readonly string Root = FindRoot();

    public static string Checkpoint { get; } = Path.Combine(Root, "samples", "VisionApi", "demo-checkpoint");

    public static string Sample(string name) => Path.Combine(Checkpoint, "samples", name);

    public static string Qr(string name) => Path.Combine(Root, "tests", "fixtures", "qr", name);

    public static string Bad(string name) => Path.Combine(Root, "tests", "fixtures", "bad-images", name);

    public static string InRepository(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharedModels.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds SharedModels.sln.");
    }
}
