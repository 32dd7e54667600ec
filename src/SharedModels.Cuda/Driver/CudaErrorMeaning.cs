namespace SharedModels.Cuda.Driver;

/// <summary>What an error of CUDA says about the device's context.</summary>
internal enum CudaErrorMeaning
{
    /// <summary>Nothing: the caller made a mistake, and the context goes on.</summary>
    CallerFault,

    /// <summary>The device has too little memory left.</summary>
    OutOfMemory,

    /// <summary>The error does not say; the context has to be asked.</summary>
    Unclear,

    /// <summary>Every later call in the context fails.</summary>
    ContextLost,
}
