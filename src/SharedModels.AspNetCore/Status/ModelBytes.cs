namespace SharedModels.AspNetCore.Status;

/// <summary>The memory of a loaded model, in bytes. All values are 0 until the model has been loaded once.</summary>
/// <param name="Host">The bytes in the host's memory.</param>
/// <param name="Device">The bytes of its parameters on an accelerator.</param>
/// <param name="Working">The additional bytes on the accelerator while the model is in use.</param>
internal sealed record ModelBytes(long Host, long Device, long Working);
