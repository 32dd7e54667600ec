using System.Runtime.CompilerServices;
using SharedModels.Testing;

namespace SharedModels.Tests.PublicApi;

/// <summary>Changing what users see is a decision: it shows as a changed text file. With <c>UPDATE_SNAPSHOTS=1</c> the files are written.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<Type> Assemblies => [typeof(ISharedModel), typeof(SharedModelManager), typeof(FakeModel)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_approved_one(Type typeOfAssembly)
    {
        ArgumentNullException.ThrowIfNull(typeOfAssembly);
        var path = Path.Combine(Folder(), typeOfAssembly.Assembly.GetName().Name + ".txt");
        var actual = PublicSurface.Describe(typeOfAssembly.Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
