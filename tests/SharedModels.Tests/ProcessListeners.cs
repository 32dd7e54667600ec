namespace SharedModels.Tests;

/// <summary>
/// Tests with listeners that hear all managers of the process. No other tests run meanwhile: a listener that throws takes a measurement
/// from the listeners of other tests, and a listener that blocks holds their managers up.
/// </summary>
[CollectionDefinition(nameof(ProcessListeners), DisableParallelization = true)]
public sealed class ProcessListeners;
