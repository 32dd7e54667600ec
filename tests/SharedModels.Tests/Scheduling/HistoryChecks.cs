namespace SharedModels.Tests.Scheduling;

/// <summary>What a history is checked for besides what it always is.</summary>
[Flags]
public enum HistoryChecks
{
    /// <summary>Only that leases are held on models that are there.</summary>
    None = 0,

    /// <summary>That looking at every device again changes nothing.</summary>
    WakeUps = 1,

    /// <summary>First in, first out within a queue and priority, and the bypass bound.</summary>
    Order = 2,

    /// <summary>That nothing which nobody wants stays in a host's memory that is over its budget.</summary>
    HostBudget = 4,

    /// <summary>Nothing more, but the machine has two accelerators more, and every use needs bytes to work with.</summary>
    LargeMachine = 8,

    /// <summary>
    /// Nothing more, but code fetches further models while it has others, requests are raised, and some are tried without a wait.
    /// </summary>
    Flows = 16,

    /// <summary>Nothing more, but two of the models are kept on their devices.</summary>
    Preloads = 32,
}
