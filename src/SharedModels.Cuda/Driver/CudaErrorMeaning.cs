namespace SharedModels.Cuda.Driver;

/// <summary>The meaning of a CUDA error for the device's context.</summary>
internal enum CudaErrorMeaning
{
    /// <summary>The caller made a mistake. The context still works.</summary>
    CallerFault,

    /// <summary>The device has too little memory left.</summary>
    OutOfMemory,

    /// <summary>The error does not say. The context has to be asked.</summary>
    Unclear,

    /// <summary>Every later call in the context fails.</summary>
    ContextLost,
}
