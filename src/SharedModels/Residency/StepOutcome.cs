using System.Diagnostics;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Residency;

/// <summary>The outcome of a step, with the data for loggers and listeners.</summary>
/// <param name="Result">The result for the scheduler.</param>
/// <param name="Duration">The duration of the step.</param>
/// <param name="Activity">The activity of the step, which has not ended yet.</param>
/// <param name="StillRunning">A task that completes when the abandoned code has ended.</param>
internal sealed record StepOutcome(StepResult Result, TimeSpan Duration, Activity? Activity, Task? StillRunning);
