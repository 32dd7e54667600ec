using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Tests;

/// <summary>Holds the reports of a silo back.</summary>
internal sealed class ReportFilter(SiloState silo) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.Name == nameof(IModelNodeGrain.ReportAsync))
            await silo.HoldReportAsync((Guid)context.Request.GetArgument(0)!);
        await context.Invoke();
    }
}
