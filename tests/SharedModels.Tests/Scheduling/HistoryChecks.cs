namespace SharedModels.Tests.Scheduling;

/// <summary>Additional checks of a history.</summary>
[Flags]
public enum HistoryChecks
{
    /// <summary>Checks only that leases are held on loaded models.</summary>
    None = 0,

    /// <summary>Checks that looking at every device again changes nothing.</summary>
    WakeUps = 1,

    /// <summary>Checks the bypass bound, and the order within a queue and priority: first in, first out.</summary>
    Order = 2,

    /// <summary>Checks that no unwanted model stays in the memory of a host that is over its budget.</summary>
    HostBudget = 4,

    /// <summary>No additional checks, but the machine has two more accelerators, and every use needs working bytes.</summary>
    LargeMachine = 8,

    /// <summary>
    /// No additional checks, but code fetches further models while it has others, requests are raised, and some requests only try.
    /// </summary>
    Flows = 16,

    /// <summary>No additional checks, but two of the models are kept on their devices.</summary>
    Preloads = 32,

    /// <summary>
    /// Requests can also be inputs of batches. Checks the size and the members of each batch, and that no input waits longer for others
    /// than its model allows.
    /// </summary>
    Batches = 64,

    /// <summary>No additional checks, but requests belong to tenants, and only those of one tenant are in the order of arrival.</summary>
    Tenants = 128,

    /// <summary>Checks that the models that are made for their device, three of them, are used only there.</summary>
    Placed = 256,

    /// <summary>
    /// Three of the models can have replicas. Checks that they are not loaded next to each other, and with <see cref="Order"/> that the
    /// requests for a model are granted in order, whichever replica serves them.
    /// </summary>
    Replicas = 512,
}
