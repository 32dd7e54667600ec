using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Clustering;

namespace SharedModels.AspNetCore.Tests.Status;

public sealed class ChangeBatchesTests
{
    [Fact]
    public async Task Disposal_ends_a_waiting_enumeration()
    {
        var hasEnded = false;
        var batches = new ChangeBatches(WaitAsync, new FakeTimeProvider(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var reading = batches.ReadAsync();
        Assert.False(reading.IsCompleted);
        await batches.DisposeAsync();
        Assert.Null(await reading);
        Assert.True(hasEnded);

        async IAsyncEnumerable<SharedModelsChange> WaitAsync([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                yield break;
            }
            finally
            {
                hasEnded = true;
            }
        }
    }
}
