namespace SharedModels.Leasing;

/// <summary>Why a lease is of no use any more.</summary>
internal enum LeaseEnd
{
    None,
    Released,
    HeldTooLong,
    DeviceLost,
    Stopped,
}
