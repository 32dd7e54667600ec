namespace SharedModels.Packages.Tests;

/// <summary>A test that links native code. It needs a C compiler and zlib.</summary>
internal sealed class LinkerFactAttribute : FactAttribute
{
    public LinkerFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!OperatingSystem.IsLinux()
            || !Array.Exists((string[])["clang", "gcc"], tool => Array.Exists(folders, folder => File.Exists(Path.Combine(folder, tool)))))
            Skip = "Native code is linked by clang or gcc on Linux, and there is none.";
    }
}
