namespace SharedModels.Leasing.Batches;

/// <summary>The exception for a model that does not return one output per input.</summary>
internal sealed class BatchOutputException(string modelId, int inputs, int? outputs) : InvalidOperationException(
    $"Model '{modelId}' returned {(outputs is { } count ? $"{count} outputs" : "no list of outputs")} for a batch of {inputs} inputs. "
    + "InvokeBatch must return one output per input, in the order of the inputs.");
