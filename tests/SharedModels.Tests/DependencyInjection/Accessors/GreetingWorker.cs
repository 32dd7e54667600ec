using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>A background service lives as long as the application and has no scope. It fetches the model for each work item.</summary>
internal sealed class GreetingWorker(ISharedModelManager models, Channel<string> names, Channel<string> greetings) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var name in names.Reader.ReadAllAsync(stoppingToken))
        {
            await using var greeter = await models.FetchGreeterAsync(stoppingToken);
            await greetings.Writer.WriteAsync(await greeter.InvokeAsync(model => model.Greet(name), stoppingToken), stoppingToken);
        }
    }
}
