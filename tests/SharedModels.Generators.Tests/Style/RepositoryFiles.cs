using System.Runtime.CompilerServices;

namespace SharedModels.Generators.Tests.Style;

/// <summary>The files of the repository that people write, by their paths relative to its root.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Lists the files of a folder with one of the extensions, without build output and third-party code.</summary>
    public static List<string> List(string folder, params string[] extensions)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Where(static file => !Array.Exists(file.Split('/'), static part => part is "bin" or "obj" or "lib" or "artifacts" or ".git"))
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static string FindRoot([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
