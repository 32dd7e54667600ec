using System.Reflection;

namespace SharedModels.TorchSharp.Tests;

/// <summary>A test that runs TorchSharp: skipped, saying so, where the build had only the reference assembly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute(string? variable = null)
    {
        if (variable is not null && Environment.GetEnvironmentVariable(variable) is null)
            Skip = $"The environment variable {variable} does not name the file that this test reads.";
        if (Source == "Reference")
            Skip =
                "TorchSharp is not here: the build had only the reference assembly. Build with -p:TorchSharpDir=<folder> or "
                + "-p:UseTorchSharpPackage=true.";
    }

    public static string Source { get; } =
        typeof(TorchFactAttribute).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static data => data.Key == "TorchSharpSource").Value!;
}
