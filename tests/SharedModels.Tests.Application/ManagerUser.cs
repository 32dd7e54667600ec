namespace SharedModels.Tests.Application;

/// <summary>A service that the host constructs before it validates options.</summary>
internal sealed class ManagerUser(ISharedModelManager manager) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await manager.PreloadAsync("a", stoppingToken);
}
