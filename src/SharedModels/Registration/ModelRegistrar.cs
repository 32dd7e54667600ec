using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Coordination;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Batches;
using SharedModels.Residency;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Registration;

/// <summary>Registers models, with their replicas, after it has checked their options.</summary>
internal sealed class ModelRegistrar(
    DeviceCatalog devices, ModelRegistry models, SchedulerGate gate, BatchServices batches, ILogger logger)
{
    /// <summary>Registers a model, or does nothing but log if the same model is already registered.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="type">The class that leases provide.</param>
    /// <param name="canMove">True if the model can run on accelerators.</param>
    /// <param name="defaults">The options of the model's attribute.</param>
    /// <param name="read">Returns the options in effect.</param>
    /// <param name="runtime">The runtime, which has the object of a model that was registered as such.</param>
    /// <param name="cpuFallback">True if the model can run on the CPU while no accelerator is available.</param>
    /// <exception cref="ArgumentException">The id is invalid or belongs to another model, or an option is invalid.</exception>
    public void Add(
        string id, Type type, bool canMove, ModelOptions defaults, Func<ModelOptions> read, ModelRuntime runtime, bool cpuFallback)
    {
        var options = read();
        if (!ModelId.IsValid(id))
            throw new ArgumentException(
                $"'{id}' is not a model id. Use at most {ModelId.MaxLength} letters, digits, '.', '_' and '-'.", nameof(id));
        foreach (var (key, value, allowed) in SharedModelsOptionsValidator.WrongValues(options))
            throw new ArgumentException($"{key} of model '{id}' is {value}. {allowed}", nameof(id));
        var instance = runtime.Object;
        if (options.MaxReplicas is not (null or 1) && instance is not null)
        {
            throw new ArgumentException(
                $"Model '{id}' cannot have replicas: it was added as an object, and each replica needs its own. Add it with a factory, for "
                + $"example with Add(\"{id}\", services => new {type.Name}(...)), or set MaxReplicas to 1.",
                nameof(id));
        }

        var preference = options.Device ?? DevicePreference.Auto;
        var candidates = devices.CandidatesFor(canMove, preference);
        var mayFallBack = preference == DevicePreference.Auto && cpuFallback && candidates.Any(static device => !device.Device.IsCpu);
        var settings =
            new ModelSettings(id) { Candidates = candidates, Fallback = mayFallBack ? devices.Cpu : null, IsPreloaded = options.Preload };
        var model = new RegisteredModel(settings, type, runtime, defaults, batches);
        var allowedReplicas = options.MaxReplicas == SharedModelAttribute.All ? int.MaxValue : options.MaxReplicas ?? 1;
        if (Math.Min(allowedReplicas, candidates.Count) is > 1 and var count)
            model.CreateReplicas(count, batches);
        var known = gate.Enter((models, model, read), static (scheduler, now, call) =>
        {
            ObjectDisposedException.ThrowIf(scheduler.IsShuttingDown, typeof(SharedModelManager));
            if (call.models.TryAdd(call.model) is { } known)
                return known;

            // The options can have changed since they were checked.
            call.model.Configure(call.read());
            call.model.AddTo(scheduler, now);
            return null;
        });
        if (known is null)
            Log.ModelRegistered(logger, id, type, candidates.Count == 0 ? "no device of this machine" : string.Join(
                ", ", candidates.Select(static device => device.Device)));
        else if (!known.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException(
                $"The object is already registered as model '{known.Id}'. Add another object, or use that id.", nameof(id));
        else if (known.Type != type || (instance is not null && instance != known.Runtime.Object))
            throw new ArgumentException(
                $"The id '{id}' is already used by a {known.Type}. Remove that model first, or use another id.", nameof(id));
        else
            Log.ModelRegisteredTwice(logger, id);
    }
}
