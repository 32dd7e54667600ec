namespace SharedModels.Cuda.Driver;

/// <summary>The meaning of a CUDA error for the device's context.</summary>
internal enum CudaErrorMeaning
{
    /// <summary>The caller made a mistake. The context still works.</summary>
    CallerFault,

    /// <summary>The device has too little free memory.</summary>
    OutOfMemory,

    /// <summary>The error does not show whether the context works. The context must be checked.</summary>
    Unclear,

    /// <summary>Every later call in the context fails.</summary>
    ContextLost,
}
