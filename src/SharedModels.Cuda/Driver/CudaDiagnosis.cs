using SharedModels.Devices;

namespace SharedModels.Cuda.Driver;

/// <summary>What an exception says about a device.</summary>
/// <param name="Failure">What it means; for an unclear one, what it means if the context is well.</param>
/// <param name="MustAskContext">Whether only the context can say if the device is lost.</param>
/// <param name="Sticky">The cause after which the context is of no use any more, if there is one.</param>
internal readonly record struct CudaDiagnosis(DeviceFailure Failure, bool MustAskContext = false, Exception? Sticky = null);
