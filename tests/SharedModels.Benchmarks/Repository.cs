namespace SharedModels.Benchmarks;

internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "SharedModels.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run from a clone of the repository.");
        return folder.FullName;
    }
}
