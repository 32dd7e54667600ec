using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime;

/// <summary>Runs sessions so that they can be canceled.</summary>
public static class OnnxSessionExtensions
{
    /// <summary>Computes outputs from inputs. A canceled token ends the run after the operator that is being computed.</summary>
    /// <param name="session">The session. It is thread-safe.</param>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="outputNames">The outputs to compute, or <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">A token to cancel the run.</param>
    /// <returns>The outputs in the order of the names. The caller must dispose them.</returns>
    /// <exception cref="OperationCanceledException">The run was canceled.</exception>
    /// <exception cref="OnnxRuntimeException">The inputs do not match the model, or the run failed.</exception>
    public static IDisposableReadOnlyCollection<OrtValue> Run(
        this InferenceSession session,
        IReadOnlyDictionary<string, OrtValue> inputs,
        IReadOnlyCollection<string>? outputNames = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(inputs);
        cancellationToken.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using var cancellation = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
        try
        {
            return session.Run(run, inputs, outputNames ?? session.OutputNames);
        }
        catch (OnnxRuntimeException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The run was canceled.", exception, cancellationToken);
        }
    }
}
