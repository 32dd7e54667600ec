using System.Runtime.CompilerServices;

namespace SharedModels.Orleans.Tests;

/// <summary>A model that implements the contract.</summary>
public sealed class Echo(SiloState silo) : IEcho
{
    public Task<Answer> EchoAsync(string text, CancellationToken cancellationToken = default)
    {
        silo.Begin();
        return Task.FromResult(new Answer(silo.Name, text));
    }

    public ValueTask<int> CountBytesAsync(byte[] bytes) => new(bytes.Length);

    public Task<byte[]> MakeBytesAsync(int count) => Task.FromResult(new byte[count]);

    public Task<int> SumAsync(int a, int b, int c, int d, int e, int f, int g, int h, int i) =>
        Task.FromResult(a + b + c + d + e + f + g + h + i);

    public async Task FailAsync(string kind)
    {
        silo.Begin();
        await Task.Yield();
        throw kind switch
        {
            "memory" => new DeviceOutOfMemoryException("Too large.")
            {
                ModelId = "echo", Device = Device.Cuda(1), RequiredBytes = 3, BudgetBytes = 2, FreeBytes = 1, HeldBy = ["other"],
            },
            "rejected" => new LeaseRejectedException("Full.") { QueueLength = 7, RetryAfter = TimeSpan.FromSeconds(3) },
            _ => new InvalidOperationException("A secret."),
        };
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        silo.Begin();
        await silo.Work.PassAsync(cancellationToken);
    }

    public async Task<string> WaitAgainAsync(CancellationToken cancellationToken)
    {
        silo.Begin();
        await silo.Work.PassAsync(cancellationToken);
        return silo.Name;
    }

    public async IAsyncEnumerable<int> StreamAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        silo.Begin();
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                await silo.Work.PassAsync(cancellationToken);
            yield return i;
        }
    }

    public async IAsyncEnumerable<int> FailStreamAsync()
    {
        yield return 1;
        await Task.Yield();
        throw new InvalidOperationException("A secret.");
    }
}
