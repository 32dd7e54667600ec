using System.Threading.Channels;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>The items of an iterator, read by another flow.</summary>
internal static class StreamBenchmark
{
    private const int Count = 21, Items = 200_000, Capacity = 64;

    public static void Run(Report report)
    {
        using var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(1), "model");
        using var lease = manager.FetchModelAsync<FakeModel>("model").AsTask().Result;
        var rounds = Rounds.Interleave(
            Count,
            Items,
            () => ReadAsync(lease.StreamAsync(static (_, _) => Numbers(), new() { BufferSize = Capacity })).Wait(),
            () => ReadAsync(lease.StreamAsync(static (_, _) => NumbersAsync(), new() { BufferSize = Capacity })).Wait(),
            static () => ReadAsync(FromChannel(static writer => new Thread(() => WriteOnThread(writer)).Start())).Wait(),
            static () => ReadAsync(FromChannel(static writer => _ = Task.Run(() => WriteAsync(writer)))).Wait());
        LeasingReport.Row(
            report,
            $"an item of StreamAsync, through a buffer of {Capacity}",
            rounds[0],
            Throughputs(rounds[0], rounds));
        LeasingReport.Row(report, "the same, from an asynchronous iterator", rounds[1], Throughputs(rounds[1], rounds));
        LeasingReport.Row(
            report, $"an item of a bounded channel of {Capacity} whose writer has a thread, as the code of a model does", rounds[2]);
        LeasingReport.Row(report, "an item of the same channel whose writer runs on the thread pool", rounds[3]);
    }

    private static string Throughputs(Rounds stream, Rounds[] rounds) =>
        $"throughput {rounds[2].Wall.Over(stream.Wall)} x the channel with a thread, {rounds[3].Wall.Over(stream.Wall)} x the channel on "
        + "the thread pool";

    private static IAsyncEnumerable<int> FromChannel(Action<ChannelWriter<int>> startWriting)
    {
        var channel = Channel.CreateBounded<int>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        startWriting(channel.Writer);
        return channel.Reader.ReadAllAsync();
    }

    private static void WriteOnThread(ChannelWriter<int> writer)
    {
        foreach (var number in Numbers())
        {
            if (!writer.TryWrite(number))
                writer.WriteAsync(number).AsTask().Wait();
        }

        writer.Complete();
    }

    private static async Task WriteAsync(ChannelWriter<int> writer)
    {
        foreach (var number in Numbers())
            await writer.WriteAsync(number);
        writer.Complete();
    }

    private static async Task ReadAsync(IAsyncEnumerable<int> numbers)
    {
        var count = 0;
        await foreach (var _ in numbers)
            count++;
        if (count != Items)
            throw new InvalidOperationException($"{count} items arrived instead of {Items}.");
    }

    private static IEnumerable<int> Numbers()
    {
        for (var i = 0; i < Items; i++)
            yield return i;
    }

    private static async IAsyncEnumerable<int> NumbersAsync()
    {
        await Task.CompletedTask;
        for (var i = 0; i < Items; i++)
            yield return i;
    }
}
