namespace SharedModels.Vision.Tests;

/// <summary>A test of data from elsewhere, which a clone does not hold: skipped, saying so, where the data is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (!Path.Exists(TestFiles.Shared(path)))
            Skip = $"The data '{path}' comes from elsewhere and does not lie beside this clone in ../shared.";
    }
}
