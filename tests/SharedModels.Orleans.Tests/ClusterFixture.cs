namespace SharedModels.Orleans.Tests;

/// <summary>The tests that share a cluster.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterFixture : ICollectionFixture<TestCluster>
{
    public const string Name = "Cluster";
}
