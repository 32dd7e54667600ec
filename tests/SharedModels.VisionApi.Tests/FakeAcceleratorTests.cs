using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.VisionApi.Tests;

/// <summary>The sample with an accelerator that it has only in tests, as in a user's tests.</summary>
public sealed class FakeAcceleratorTests
{
    [Fact]
    public async Task An_application_shares_a_fake_accelerator_and_sees_its_faults()
    {
        var accelerator = new FakeAccelerator(memoryBytes: 100);
        await using var application = new WebApplicationFactory<Program>()
            .WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddFakeAccelerator(accelerator)
                .AddSharedModelManager().AddModel("big", _ => new FakeModel(60, accelerator: accelerator))).UseSetting(
                    "SharedModels:Models:owlv2:Device", "Cpu"));
        var client = application.CreateClient();
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/v1/models/big/preload", null)).StatusCode);
        Assert.Equal(60, accelerator[0].UsedBytes);
        accelerator.Lose();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health/ready")).StatusCode);
        await client.PostOkAsync("/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star"));
    }
}
