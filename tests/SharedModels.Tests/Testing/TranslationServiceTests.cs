using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SharedModels;
using SharedModels.Devices;
using SharedModels.Testing;
using Xunit;

namespace SharedModels.Tests.Testing;

public sealed class TranslationServiceTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeAccelerator _accelerator = new(memoryBytes: 100);
    private readonly ServiceProvider _services;

    public TranslationServiceTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<IDeviceProvider>(_accelerator);
        services.AddSingleton<TranslationService>();
        services.AddSharedModelManager().AddModel("translator", _ => new FakeTranslator(_accelerator));
        _services = services.BuildServiceProvider();
    }

    private TranslationService Service => _services.GetRequiredService<TranslationService>();

    [Fact]
    public async Task The_first_request_waits_for_the_model()
    {
        _accelerator[0].Move.Close();
        var translation = Service.TranslateAsync("hello");
        await _accelerator[0].Move.Arrived;
        Assert.False(translation.IsCompleted);
        _accelerator[0].Move.Open();
        Assert.Equal("HELLO", await translation);
        Assert.Equal(60, _accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_request_times_out()
    {
        _accelerator[0].Move.Close();
        var translation = Service.TranslateAsync("hello");
        while (!translation.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        _accelerator[0].Move.Open();
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => translation);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_fails()
    {
        _accelerator[0].PhysicalBytes = 50;
        var exception = await Assert.ThrowsAnyAsync<ModelLeaseException>(() => Service.TranslateAsync("hello"));
        Assert.Equal("translator", exception.ModelId);
        Assert.Equal(0, _accelerator[0].UsedBytes);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // The application: the interface of a model, and a service that leases it.
    public interface ITranslator
    {
        string Translate(string text);
    }

    public sealed class TranslationService(ISharedModelManager models)
    {
        public async Task<string> TranslateAsync(string text, CancellationToken ct = default)
        {
            await using var lease = await models.FetchModelAsync<ITranslator>("translator", ct);
            return await lease.InvokeAsync(model => model.Translate(text), ct);
        }
    }

    private sealed class FakeTranslator(FakeAccelerator accelerator) : FakeModel(60, accelerator: accelerator), ITranslator
    {
        public string Translate(string text)
        {
            Use();
            return text.ToUpperInvariant();
        }
    }
}
