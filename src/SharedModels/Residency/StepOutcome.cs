using System.Diagnostics;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Residency;

/// <summary>How a step ended, with what loggers and listeners are told of it afterwards.</summary>
/// <param name="Result">What the scheduler is told.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Activity">Its activity, which has not ended yet.</param>
/// <param name="StillRunning">Ends when the code that was given up has ended.</param>
internal sealed record StepOutcome(StepResult Result, TimeSpan Duration, Activity? Activity, Task? StillRunning);
