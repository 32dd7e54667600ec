using SharedModels.Scheduling.Memory;

namespace SharedModels.Scheduling.Decisions;

/// <summary>The bytes of a step that was given up while its code still runs; they are free when that has ended.</summary>
internal sealed class AbandonedMemory
{
    /// <summary>The bytes by budget; filled in by the scheduler.</summary>
    public List<(MemoryBudget Budget, long Bytes)> Bytes { get; } = [];
}
