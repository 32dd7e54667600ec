using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Tests.PublicApi;

namespace SharedModels.AspNetCore.Grpc.Tests.PublicApi;

/// <summary>Changing what users see is a decision: it shows as a changed text file. With <c>UPDATE_SNAPSHOTS=1</c> the file is written.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var assembly = typeof(ModelLeaseGrpcServerBuilderExtensions).Assembly;
        var path = Path.Combine(Folder(), assembly.GetName().Name + ".txt");
        var actual = PublicSurface.Describe(assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
