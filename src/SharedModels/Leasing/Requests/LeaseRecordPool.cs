using SharedModels.Registration;

namespace SharedModels.Leasing.Requests;

/// <summary>
/// The reusable lease records of a model. With them, a lease that does not wait allocates only one object. Used under the gate's lock.
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

    /// <summary>Returns a record that is no longer referenced.</summary>
    public void Return(LeaseRecord record)
    {
        if (!record.IsReusable || _unused == MaxUnused)
            return;
        record.Close();
        record.NextUnused = _first;
        _first = record;
        _unused++;
    }
}
