using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

internal sealed class BoundedTestAssemblyRunner : XunitTestAssemblyRunner
{
    // The base class has such a semaphore as well, but takes it in the method that is overridden here.
    private readonly SemaphoreSlim _parallel;

    public BoundedTestAssemblyRunner(
        ITestAssembly testAssembly,
        IEnumerable<IXunitTestCase> testCases,
        IMessageSink diagnostics,
        IMessageSink execution,
        ITestFrameworkExecutionOptions options)
        : base(testAssembly, testCases, diagnostics, execution, options)
    {
        var behavior = testAssembly.Assembly.GetCustomAttributes(typeof(CollectionBehaviorAttribute)).SingleOrDefault();
        var threads = options.MaxParallelThreads()
            ?? behavior?.GetNamedArgument<int>(nameof(CollectionBehaviorAttribute.MaxParallelThreads))
            ?? 0;
        _parallel = new(threads switch
        {
            0 => Environment.ProcessorCount,
            < 0 => int.MaxValue,
            _ => threads,
        });
    }

    public override void Dispose()
    {
        base.Dispose();
        _parallel.Dispose();
    }

    protected override async Task<RunSummary> RunTestCollectionAsync(
        IMessageBus messageBus,
        ITestCollection testCollection,
        IEnumerable<IXunitTestCase> testCases,
        CancellationTokenSource cancellationTokenSource)
    {
        await _parallel.WaitAsync(cancellationTokenSource.Token);
        try
        {
            return await new BoundedTestCollectionRunner(
                testCollection,
                testCases,
                DiagnosticMessageSink,
                messageBus,
                TestCaseOrderer,
                new(Aggregator),
                cancellationTokenSource).RunAsync();
        }
        finally
        {
            _parallel.Release();
        }
    }
}
