namespace SharedModels.AspNetCore.Status;

/// <summary>The memory that a loaded model takes, in bytes; zeros until it has been loaded once.</summary>
/// <param name="Host">In the host's memory.</param>
/// <param name="Device">On an accelerator, for its parameters.</param>
/// <param name="Working">Beside them while it is used.</param>
internal sealed record ModelBytes(long Host, long Device, long Working);
