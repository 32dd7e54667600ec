namespace SharedModels.Scheduling.Queueing;

/// <summary>What the scheduler knows of a request.</summary>
internal enum RequestState
{
    Idle,
    Waiting,
    Granted,
}
