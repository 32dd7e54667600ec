using SharedModels.Scheduling.Memory;

namespace SharedModels.Scheduling.Decisions;

/// <summary>The bytes of a step that was abandoned while its code still runs. They are freed when the code has ended.</summary>
internal sealed class AbandonedMemory
{
    /// <summary>The bytes by budget. Set by the scheduler.</summary>
    public List<(MemoryBudget Budget, long Bytes)> Bytes { get; } = [];
}
