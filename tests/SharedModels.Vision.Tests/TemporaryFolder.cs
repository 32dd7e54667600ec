namespace SharedModels.Vision.Tests;

/// <summary>A folder that exists for the duration of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sharedmodels-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies the files of a folder, without its subfolders.</summary>
    public TemporaryFolder With(string folder, params string[] except)
    {
        foreach (var file in Directory.GetFiles(folder))
        {
            if (!except.Contains(System.IO.Path.GetFileName(file)))
                System.IO.File.Copy(file, File(System.IO.Path.GetFileName(file)));
        }

        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
