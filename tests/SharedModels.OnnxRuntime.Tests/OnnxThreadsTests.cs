using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Tests;

public sealed class OnnxThreadsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Sessions_of_models_share_their_threads()
    {
        var path = TinyModel.Write(_folder);
        var models = new List<TinyModel>();
        try
        {
            var before = Threads();
            for (var i = 0; i < 20; i++)
            {
                models.Add(new(new() { Path = path }));
                await models[i].PlaceAsync(Device.Cpu, CancellationToken.None);
                models[i].Multiply(new float[4 * 64]);
            }

            // The thread pool of .NET can add a few threads meanwhile.
            Assert.InRange(Threads() - before, -10, 10);
        }
        finally
        {
            models.ForEach(static model => model.Dispose());
        }
    }

    [Fact]
    public void A_session_of_other_code_has_threads_of_its_own_and_works_next_to_them()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 41 };
        var before = Threads();
        using var session = new InferenceSession(TinyModel.Write(_folder), options);
        Assert.InRange(Threads() - before, 30, 50);
        Assert.Equal(2, TinyModel.Multiply(session, 1, 1, 1, 1)[0]);
    }

    [Fact]
    public void The_threads_cannot_be_configured_any_more_once_they_exist()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => OnnxThreads.Configure(static options => options.Threads = 1));
        Assert.Contains("before the first model is loaded", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_least_one_thread_is_needed() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxThreads.Configure(static options => options.Threads = 0));

    public void Dispose() => _folder.Dispose();

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
