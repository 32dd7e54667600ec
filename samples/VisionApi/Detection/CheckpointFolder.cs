namespace VisionApi.Detection;

/// <summary>Finds the folder that <c>Owlv2:Checkpoint</c> means.</summary>
internal static class CheckpointFolder
{
    /// <summary>A relative path is sought in the working directory, then beside the program.</summary>
    /// <returns>The folder's full path; if it is nowhere, that in the working directory.</returns>
    public static string Find(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return path;
        var inWorkingDirectory = Path.GetFullPath(path);
        var besideProgram = Path.GetFullPath(path, AppContext.BaseDirectory);
        return !Directory.Exists(inWorkingDirectory) && Directory.Exists(besideProgram) ? besideProgram : inWorkingDirectory;
    }
}
