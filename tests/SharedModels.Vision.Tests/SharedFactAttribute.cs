namespace SharedModels.Vision.Tests;

/// <summary>A test of external data that is not part of the repository. It is skipped with a reason if the data is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (!Path.Exists(TestFiles.Shared(path)))
            Skip = $"The data '{path}' is external and missing in ../shared, next to this repository.";
    }
}
