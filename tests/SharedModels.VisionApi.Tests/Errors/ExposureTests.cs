using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels.AspNetCore;
using SharedModels.Testing;
using SharedModels.Vision.Imaging;

namespace SharedModels.VisionApi.Tests.Errors;

/// <summary>No text of user code, path or settings key reaches a client, unless the application includes exception details.</summary>
public sealed class ExposureTests
{
    private const string Secret = "/srv/secrets";

    public static TheoryData<string, bool?, bool> Choices => new()
    {
        { Environments.Production, null, false },
        { Environments.Development, false, false },
        { Environments.Production, true, true },
        { Environments.Development, null, true },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_missing_library_is_a_503_whose_remedy_is_only_in_the_details(string environment, bool? choice, bool shows)
    {
        await using var factory = Create(environment, choice, static services =>
            services.AddSingleton<IImageDecoder>(new BrokenDecoder($"Install {Secret}/libSkiaSharp.")));
        using var response = await factory.CreateClient().PostAsync("/v1/qr", new Form().Picture(TestFiles.Qr("clean-03.png")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (response.StatusCode, response.Headers.RetryAfter));
        await CheckAsync(response, shows, Secret);
        Assert.Contains(factory.Warnings, static line => $"{line.Message} {line.Exception}".Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_form_that_cannot_be_read_is_a_400_whose_cause_is_only_in_the_details(string environment, bool? choice, bool shows)
    {
        await using var factory = Create(environment, choice);
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes("--b\r\nContent-Disp"));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        using var response = await factory.CreateClient().PostAsync("/v1/qr", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await CheckAsync(response, shows, "The form cannot be read");
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_model_that_fails_to_load_is_a_503_whose_cause_is_only_in_the_details(string environment, bool? choice, bool shows)
    {
        var script = new FakeModelScript();
        script.Load.FailWith(new FileNotFoundException($"Could not find file '{Secret}/tenant-17/weights.safetensors'."));
        await using var factory = Create(
            environment, choice, services => services.AddSharedModelManager().AddModel("broken", _ => new FakeModel(1, script)));
        var client = factory.CreateClient();
        using var preload = await client.PostAsync("/v1/models/broken/preload", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, preload.StatusCode);
        await CheckAsync(preload, shows, Secret);
        using var status = await client.GetAsync("/v1/models");
        await CheckAsync(status, shows, Secret);
    }

    private static VisionApiFactory Create(string environment, bool? choice, Action<IServiceCollection>? configure = null) => new()
    {
        Environment = environment,
        Configure = services =>
        {
            configure?.Invoke(services);
            if (choice is { } value)
                services.Configure<SharedModelsHttpOptions>(options => options.IncludeExceptionDetails = value);
        },
    };

    private static async Task CheckAsync(HttpResponseMessage response, bool shows, string text)
    {
        var answer = $"{response.ReasonPhrase}\n{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync()}";
        if (shows)
        {
            Assert.Contains(text, answer, StringComparison.Ordinal);
            return;
        }

        Assert.DoesNotContain(text, answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("SharedModels:", answer, StringComparison.OrdinalIgnoreCase);
    }
}
