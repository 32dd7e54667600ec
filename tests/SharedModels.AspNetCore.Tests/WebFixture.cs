using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests;

/// <summary>An in-process application with two models that share an accelerator. Each model takes a third of it.</summary>
internal sealed class WebFixture : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebFixture(WebApplication app, FakeAccelerator accelerator, FakeTimeProvider time, FakeLogCollector log) =>
        (_app, Accelerator, Time, Log) = (app, accelerator, time, log);

    public FakeAccelerator Accelerator { get; }

    public FakeTimeProvider Time { get; }

    public FakeLogCollector Log { get; }

    public IServiceProvider Services => _app.Services;

    public ISharedModelManager Manager => Services.GetRequiredService<ISharedModelManager>();

    public HttpClient Client => field ??= _app.GetTestClient();

    public TestServer Server => _app.GetTestServer();

    public ModelSnapshot this[string id] => Manager.GetSnapshot().Models.Single(model => model.Id == id);

    public FakeModelScript Script(string id) => Services.GetRequiredKeyedService<FakeModelScript>(id);

    public static Task<WebFixture> StartAsync(
        Action<WebApplication> map, Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings) =>
        StartInAsync(Environments.Production, map, configure, settings);

    public static async Task<WebFixture> StartInAsync(
        string environment,
        Action<WebApplication> map,
        Action<IServiceCollection>? configure = null,
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = environment });
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var log = new FakeLogCollector();
        var accelerator = new FakeAccelerator(90, time: time);
        foreach (var (key, value) in settings)
            builder.Configuration[$"SharedModels:{key}"] = value;
        builder.Logging.AddProvider(new FakeLoggerProvider(log));
        builder.Services.AddSingleton<TimeProvider>(time).AddFakeAccelerator(accelerator);
        var models = builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"));
        foreach (var id in (string[])["a", "b"])
        {
            builder.Services.AddKeyedSingleton(id, new FakeModelScript());
            models.AddModel(id, services => new FakeModel(30, services.GetRequiredKeyedService<FakeModelScript>(id), accelerator));
        }

        builder.Services.AddModelLeaseProblems();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return new(app, accelerator, time, log);
    }

    public async Task<JsonElement> GetJsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path);

    public async Task<System.Net.HttpStatusCode> PostAsync(string path, string? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (user is not null)
            request.Headers.Add(Status.HeaderAuthentication.Header, user);
        using var response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Advances the clock step by step until the condition holds.</summary>
    public Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Condition.UntilAsync(condition, () => Time.Advance(step), what: what);

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
