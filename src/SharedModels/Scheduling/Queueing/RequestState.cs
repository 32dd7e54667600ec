namespace SharedModels.Scheduling.Queueing;

/// <summary>The state of a request in the scheduler.</summary>
internal enum RequestState
{
    Idle,
    Waiting,
    Granted,
}
