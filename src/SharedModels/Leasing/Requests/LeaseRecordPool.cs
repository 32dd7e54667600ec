using SharedModels.Registration;

namespace SharedModels.Leasing.Requests;

/// <summary>
/// The lease records of a model that can be used again, so that a lease that need not wait costs one object. Used under the gate's lock.
/// </summary>
internal sealed class LeaseRecordPool(RegisteredModel model)
{
    private const int MaxUnused = 64;

    private LeaseRecord? _first;
    private int _unused;

    public LeaseRecord Take()
    {
        if (_first is not { } record)
            return new(model);
        _first = record.NextUnused;
        _unused--;
        return record;
    }

    /// <summary>Takes a record back that nobody refers to any more.</summary>
    public void Return(LeaseRecord record)
    {
        // A wait that nobody has taken yet is completed by the thread that granted it, a moment from now.
        if (record.HasPendingNotification || record.IsReleased || record.IsAwaiting || record.Wait is not null || _unused == MaxUnused)
            return;
        record.Close();
        record.NextUnused = _first;
        _first = record;
        _unused++;
    }
}
