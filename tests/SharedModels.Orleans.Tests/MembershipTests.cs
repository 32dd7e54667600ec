using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Tests;

[Collection(ClusterFixture.Name)]
public sealed class MembershipTests
{
    [Fact]
    public async Task A_silo_that_does_not_add_shared_models_is_not_a_node()
    {
        var silos = 0;
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            if (Interlocked.Increment(ref silos) > 1)
                return;
            silo.AddSharedModels();
            silo.Services.AddSharedModelManager();
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync().WaitAsync(TestBound.Wait);
        var node = cluster.Silos.Single(static silo => silo.ServiceProvider.GetService<IModelClient<IEcho>>() is not null);
        var echo = node.ServiceProvider.GetRequiredService<IModelClient<IEcho>>();
        var directory = node.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IModelDirectoryGrain>(0);

        var address = node.SiloAddress.ToParsableString();

        await Condition.UntilAsync(async () => await directory.GetNodesAsync().WaitAsync(TestBound.Wait) is [var only] && only == address);

        await Assert.ThrowsAsync<UnknownModelException>(() => echo.Model.EchoAsync("hello").WaitAsync(TestBound.Wait));
    }
}
