using SharedModels.Devices;

namespace SharedModels.Cuda.Driver;

/// <summary>The meaning of an exception for a device.</summary>
/// <param name="Failure">The failure. If the context must be checked, this is the failure if the context still works.</param>
/// <param name="MustAskContext"><see langword="true"/> if only the context can show whether the device is lost.</param>
/// <param name="Sticky">The cause that made the context unusable, if there is one.</param>
internal readonly record struct CudaDiagnosis(DeviceFailure Failure, bool MustAskContext = false, Exception? Sticky = null);
