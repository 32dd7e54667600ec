using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>The wish that a model come to its device, without anybody's using it.</summary>
internal sealed class PreloadRequest(ModelHost host) : WaitingRequest(host.Preloads, new LeaseHolder());
