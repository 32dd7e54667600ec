namespace SharedModels.Tests.Bounded;

/// <summary>The programs of the machine, for tests that need one of them.</summary>
internal static class InstalledPrograms
{
    /// <summary>Returns true if one of the programs is on the path.</summary>
    public static bool HasAny(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Exists(programs, program => Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program))));
    }
}
