namespace SharedModels.Packages.Tests;

/// <summary>The tests that share the packages of this build.</summary>
[CollectionDefinition(Name)]
public sealed class PackageCollection : ICollectionFixture<PackageFeed>
{
    public const string Name = "packages";
}
