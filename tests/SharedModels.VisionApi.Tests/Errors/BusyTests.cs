using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace SharedModels.VisionApi.Tests.Errors;

public sealed class BusyTests
{
    private static Form Form => new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star");

    [Fact]
    public async Task A_full_queue_is_a_503_that_says_when_to_retry()
    {
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Leasing:MaxQueueLength"] = "0" } };
        using var client = factory.CreateClient();
        await using (await factory.Manager.FetchModelAsync("owlv2"))
        {
            using var response = await client.PostAsync("/v1/detect", Form);
            await IsBusyAsync(response, "SharedModels:Leasing:MaxQueueLength");
        }

        await client.PostOkAsync("/v1/detect", Form);
        Assert.Empty(factory.Errors);
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_is_a_503_that_says_when_to_retry()
    {
        var time = new FakeTimeProvider();
        await using var factory = new VisionApiFactory { Time = time };
        using var client = factory.CreateClient();
        await using (await factory.Manager.FetchModelAsync("owlv2"))
        {
            var waiting = client.PostAsync("/v1/detect", Form);
            await client.WaitForModelsAsync(models => models.QueueLength() == 1);
            time.Advance(TimeSpan.FromSeconds(29));
            Assert.Equal(1, (await client.GetJsonAsync("/v1/models")).QueueLength());
            time.Advance(TimeSpan.FromSeconds(2));
            using var response = await waiting;
            await IsBusyAsync(response, "SharedModels:Leasing:AcquireTimeout");
        }

        var models = await client.GetJsonAsync("/v1/models");
        Assert.Equal((0, 0), (models.QueueLength(), models.Leases()));
    }

    [Fact]
    public async Task A_waiting_request_is_served_in_turn_and_learns_how_long_it_waited()
    {
        var time = new FakeTimeProvider();
        await using var factory = new VisionApiFactory { Time = time };
        using var client = factory.CreateClient();
        var held = await factory.Manager.FetchModelAsync("owlv2");
        var waiting = client.PostOkAsync("/v1/detect", Form);
        await client.WaitForModelsAsync(models => models.QueueLength() == 1);
        time.Advance(TimeSpan.FromSeconds(3));
        await held.DisposeAsync();
        var timing = (await waiting).GetProperty("timing");
        Assert.Equal((3000, 0, 0), (
            timing.GetProperty("waitMs").GetDouble(),
            timing.GetProperty("decodeMs").GetDouble(),
            timing.GetProperty("inferenceMs").GetDouble()));
    }

    [Fact]
    public async Task A_busy_detector_does_not_block_the_qr_reader()
    {
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Devices:cpu:MaxConcurrentHolders"] = "2" } };
        using var client = factory.CreateClient();
        await using var held = await factory.Manager.FetchModelAsync("owlv2");
        await client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr("clean-03.png")));
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_a_507()
    {
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Devices:cpu:MemoryBudget"] = "1MiB" } };
        using var client = factory.CreateClient();
        var problem = await client.PostProblemAsync("/v1/detect", Form, HttpStatusCode.InsufficientStorage);
        Assert.Contains("SharedModels:Devices:cpu:MemoryBudget", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decoded_images_take_bounded_memory_and_further_images_wait_or_are_rejected()
    {
        const int waiting = 4;
        await using var factory = new VisionApiFactory { Settings = { ["VisionApi:MaxPixelsInMemory"] = $"{320 * 240}" } };
        using var client = factory.CreateClient();
        List<Task<HttpResponseMessage>> requests;
        await using (await factory.Manager.FetchModelAsync("owlv2"))
        {
            requests = [.. Enumerable.Range(0, 1 + waiting + 1).Select(_ => client.PostAsync("/v1/detect", Form))];
            var rejected = await Task.WhenAny(requests);
            requests.Remove(rejected);
            await IsBusyAsync(await rejected, "VisionApi:MaxPixelsInMemory");
            Assert.Equal(1, (await client.WaitForModelsAsync(models => models.QueueLength() > 0)).QueueLength());
        }

        Assert.All(await Task.WhenAll(requests), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Two_images_of_one_request_never_wait_for_each_other()
    {
        await using var factory = new VisionApiFactory { Settings = { ["VisionApi:MaxPixelsInMemory"] = $"{320 * 240}" } };
        using var client = factory.CreateClient();
        await client.PostOkAsync("/v1/detect/by-example", Form.Picture(TestFiles.Sample("sample4.png"), "query"));
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var factory = new VisionApiFactory();
        using var client = factory.CreateClient();
        await factory.Services.GetRequiredService<SharedModelManager>().ShutdownAsync(CancellationToken.None);
        using var response = await client.PostAsync("/v1/detect", Form);
        Assert.Equal("The server is stopping", (await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable)).Text("title"));
        Assert.Null(response.Headers.RetryAfter);
    }

    private static async Task IsBusyAsync(HttpResponseMessage response, string setting)
    {
        var problem = await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("The device is busy", problem.Text("title"));
        Assert.Contains(setting, problem.Text("detail"), StringComparison.Ordinal);
        Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
    }
}
