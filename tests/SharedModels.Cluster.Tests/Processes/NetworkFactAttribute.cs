namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A test with a network namespace. It is skipped, with a reason, where none can be created.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(static () => Task.Run(FindReasonAsync).GetAwaiter().GetResult());

    public NetworkFactAttribute() => Skip = Reason.Value;

    private static async Task<string?> FindReasonAsync()
    {
        if (!OperatingSystem.IsLinux() || !InstalledPrograms.HasAny("ip"))
            return "There is no program ip (apt-get install iproute2).";
        try
        {
            await using var network = await TestNetwork.CreateAsync(links: 1);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return $"No network namespace can be created. {exception.Message}";
        }
    }
}
