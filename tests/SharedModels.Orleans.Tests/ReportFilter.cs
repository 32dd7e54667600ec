using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Tests;

/// <summary>Holds the reports of a silo back, and remembers its last call.</summary>
internal sealed class ReportFilter(SiloState silo) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.Name == nameof(IModelNodeGrain.ReportAsync))
            await silo.HoldReportAsync((Guid)context.Request.GetArgument(0)!);
        else if (context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is ModelCall call)
            silo.LastCall = call;
        await context.Invoke();
    }
}
