using SharedModels.Coordination;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Invocations;

namespace SharedModels.Leasing.Batches;

/// <summary>The parts of the manager that run batches.</summary>
internal sealed record BatchServices(
    SchedulerGate Gate, LeaseService Leases, LeaseInvoker Invoker, DeviceCatalog Devices, ChangeFeed Changes, SharedModelsMetrics Metrics);
