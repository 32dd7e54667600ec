using SharedModels.Coordination;
using SharedModels.Devices;
using SharedModels.Leasing.Requests;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing.Invocations;

/// <summary>Runs user code that uses leased models on the workers of their devices.</summary>
internal sealed class LeaseInvoker(SchedulerGate gate, LeaseService leases, DeviceCatalog devices) : IDisposable
{
    private readonly Dictionary<ScheduledDevice, DeviceWorkers> _workers = devices.Devices.ToDictionary(
        static device => device, static device => new DeviceWorkers(device.Device));

    /// <summary>Runs code on the device's worker. Code that is already on that worker runs immediately.</summary>
    public ValueTask<TResult> InvokeAsync<TResult>(ModelLease lease, Func<object, TResult> use, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        var (record, device, slot, generation) = gate.Enter(lease, static (_, _, lease) =>
        {
            lease.ThrowIfNotHeld();
            var record = lease.Record!;
            record.Invocations++;
            var device = record.GrantedOn!;
            return (record, device, device.SlotOf(record.Holder), device.Generation);
        });
        var invocation = new Invocation<TResult>(
            use, record.Model, device.Device, (failure, complete) => End(record, device, generation, failure, complete), cancellationToken);
        var workers = _workers[device];
        try
        {
            if (workers.IsCurrent(slot))
                invocation.RunInline();
            else
                workers.Post(slot, invocation.Run);
        }
        catch (ObjectDisposedException)
        {
            End(record, device, generation, failure: null, static () => { });
            throw;
        }

        return new(invocation.Result);
    }

    /// <summary>Runs work on the worker of a slot, after the work that is already there.</summary>
    /// <exception cref="ObjectDisposedException">The workers have been stopped.</exception>
    public void Post(ScheduledDevice device, int slot, Action work) => _workers[device].Post(slot, work);

    public void Dispose()
    {
        foreach (var workers in _workers.Values)
            workers.Stop();
    }

    private void End(LeaseRecord record, ScheduledDevice device, int generation, Exception? failure, Action complete)
    {
        // Report the loss first, so that the lease is already lost when the caller sees the exception.
        var loss = failure is not null && devices.Classify(device, failure) == DeviceFailure.Lost ? Failure.Of(failure) : null;
        var released = gate.Enter(
            (Leases: leases, record, device, generation, loss, complete),
            static (scheduler, now, call) =>
            {
                if (call.loss is not null)
                    scheduler.LoseDevice(call.device, call.loss, now, call.generation);
                return call.Leases.EndInvocation(scheduler, now, call.record);
            },
            static (call, _) => call.complete());
        leases.Report(released);
    }
}
