using System.Diagnostics;
using SharedModels.Leasing.Requests;
using SharedModels.Registration;

namespace SharedModels.Leasing.Batches;

/// <summary>A caller's request to run one input in a batch. The input that is granted has the lease of the batch.</summary>
internal abstract class BatchInput : LeaseRecord
{
    private readonly Action _execute;

    protected BatchInput(RegisteredModel model)
        : base(model) => _execute = Execute;

    /// <summary>Indicates whether the caller has canceled. A running batch continues for its other inputs.</summary>
    public bool IsCanceled { get; set; }

    /// <summary>The caller's span, which the batch's span links to.</summary>
    public ActivityContext Caller { get; set; }

    /// <summary>The slot of a granted input on its device.</summary>
    public int Slot { get; private set; }

    /// <summary>The generation of the device when the input was granted. In a later one, the model is no longer there.</summary>
    public int Generation { get; private set; }

    /// <summary>The lease of the batch, once the input is granted. A loss before the batch starts is already recorded in it.</summary>
    public ModelLease? Lease { get; protected set; }

    /// <summary>A batch releases its lease itself.</summary>
    public override bool IsDropped => false;

    internal override bool IsBatchInput => true;

    internal override void NoteGrant()
    {
        (Slot, Generation) = (GrantedOn!.SlotOf(Holder), GrantedOn.Generation);
        Lease = CreateLease();
        Attach(Lease);
    }

    /// <summary>Starts the batch on the device's worker.</summary>
    internal override void CompleteGrant() => Post(_execute);

    protected abstract ModelLease CreateLease();

    protected abstract void Post(Action execute);

    /// <summary>Runs the batch. Called on the device's worker.</summary>
    protected abstract void Execute();
}
