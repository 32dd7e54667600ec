namespace SharedModels.Packages.Tests;

/// <summary>A test that links native code. It needs a C compiler and zlib.</summary>
internal sealed class LinkerFactAttribute : FactAttribute
{
    public LinkerFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !InstalledPrograms.HasAny("clang", "gcc"))
            Skip = "Native code is linked by clang or gcc on Linux, and there is none.";
    }
}
