namespace SharedModels.Leasing;

/// <summary>The reason why a lease can no longer be used.</summary>
internal enum LeaseEnd
{
    None,
    Released,
    HeldTooLong,
    DeviceLost,
    Stopped,
}
