using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace SharedModels.VisionApi.Tests.Uploads;

/// <summary>The order of work for an upload: first its client and its place, then its image.</summary>
public sealed class AdmissionTests : IDisposable
{
    private readonly GatedDecoder _decoder = new();

    private static Form Form => new Form().Picture(TestFiles.Qr("clean-03.png"));

    public void Dispose() => _decoder.Dispose();

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_is_not_decoded()
    {
        await using var factory = Create(("VisionApi:MaxConcurrentDecodes", "1"));
        using var client = new HttpClient { BaseAddress = factory.Listen() };
        var gate = factory.Services.GetRequiredService<DecodeGate>();
        var first = client.PostOkAsync("/v1/qr", Form);
        await Condition.UntilAsync(() => _decoder.Running == 1);
        using var leave = new CancellationTokenSource();
        var leaving = client.PostAsync("/v1/qr", Form, leave.Token);
        await Condition.UntilAsync(() => gate.Waiting == 1);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await Condition.UntilAsync(() => gate.Waiting == 0);
        _decoder.Open();
        await first;
        await client.PostOkAsync("/v1/qr", Form);
        Assert.Equal(2, _decoder.Started);
        Assert.Empty(factory.Errors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Only_as_many_images_as_allowed_are_decoded_at_the_same_time(int allowed)
    {
        const int requests = 7;
        await using var factory = Create(("VisionApi:MaxConcurrentDecodes", $"{allowed}"));
        using var client = factory.CreateClient();
        var gate = factory.Services.GetRequiredService<DecodeGate>();
        var answers = Enumerable.Range(0, requests).Select(_ => client.PostOkAsync("/v1/qr", Form)).ToList();
        await Condition.UntilAsync(() => _decoder.Running == allowed && gate.Waiting == requests - allowed);
        _decoder.Open();
        await Task.WhenAll(answers);
        Assert.Equal((requests, allowed), (_decoder.Started, _decoder.Most));
    }

    [Fact]
    public async Task A_full_queue_is_rejected_before_the_image_is_decoded()
    {
        await using var factory = Create(("SharedModels:Leasing:MaxQueueLength", "1"));
        using var client = factory.CreateClient();
        Task<IModelLease> queued;
        await using (await factory.Manager.FetchModelAsync("qr-reader"))
        {
            queued = QueueAsync(factory);
            await client.WaitForModelsAsync(models => models.QueueLength() == 1);
            using var response = await client.PostAsync("/v1/qr", Form);
            var problem = await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Contains("SharedModels:Leasing:MaxQueueLength", problem.Text("detail"), StringComparison.Ordinal);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        await (await queued).DisposeAsync();
        Assert.Equal(0, _decoder.Started);
        _decoder.Open();
        await client.PostOkAsync("/v1/qr", Form);
        Assert.Equal(1, _decoder.Started);
    }

    [Fact]
    public async Task A_queue_that_fills_up_while_a_request_waits_is_noticed_before_the_image_is_decoded()
    {
        await using var factory = Create(("SharedModels:Leasing:MaxQueueLength", "1"), ("VisionApi:MaxConcurrentDecodes", "1"));
        using var client = factory.CreateClient();
        var gate = factory.Services.GetRequiredService<DecodeGate>();
        var held = await factory.Manager.FetchModelAsync("qr-reader");
        var first = client.PostAsync("/v1/qr", Form);
        await Condition.UntilAsync(() => _decoder.Running == 1);
        var second = client.PostAsync("/v1/qr", Form);
        await Condition.UntilAsync(() => gate.Waiting == 1);
        var queued = QueueAsync(factory);
        await client.WaitForModelsAsync(models => models.QueueLength() == 1);
        _decoder.Open();
        foreach (var request in (Task<HttpResponseMessage>[])[first, second])
        {
            using var rejected = await request;
            await rejected.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        Assert.Equal(1, _decoder.Started);
        await held.DisposeAsync();
        await (await queued).DisposeAsync();
    }

    /// <summary>Waits for the model as another caller would. The test itself holds it, so its own wait would be a deadlock.</summary>
    private static Task<IModelLease> QueueAsync(VisionApiFactory factory)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => factory.Manager.FetchModelAsync("qr-reader").AsTask());
    }

    private VisionApiFactory Create(params (string Key, string Value)[] settings)
    {
        var factory = new VisionApiFactory { Configure = services => services.AddSingleton<IImageDecoder>(_decoder) };
        factory.Settings["SharedModels:Devices:cpu:MaxConcurrentHolders"] = "1";
        foreach (var (key, value) in settings)
            factory.Settings[key] = value;
        return factory;
    }
}
