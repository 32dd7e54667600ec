namespace SharedModels.Generators.Tests.Style;

/// <summary>A test that runs cspell, which <c>eng/setup.sh --tests</c> installs. It is skipped where cspell is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SpellingFactAttribute : FactAttribute
{
    public const string Program = "artifacts/cspell/node_modules/.bin/cspell";

    public SpellingFactAttribute()
    {
        if (OperatingSystem.IsWindows() || !File.Exists(Path.Combine(RepositoryFiles.Root, Program)))
            Skip = "cspell is not installed. eng/setup.sh --tests installs it if npm is available.";
    }
}
