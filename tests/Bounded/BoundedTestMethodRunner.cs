using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

internal sealed class BoundedTestMethodRunner(
    ITestMethod testMethod,
    IReflectionTypeInfo type,
    IReflectionMethodInfo method,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    object[] constructorArguments,
    TimeSpan? bound) : XunitTestMethodRunner(testMethod, type, method, testCases, diagnostics, messageBus, aggregator, cancellation,
    constructorArguments)
{
    private readonly IMessageSink _diagnostics = diagnostics;
    private readonly object[] _constructorArguments = constructorArguments;

    protected override Task<RunSummary> RunTestCaseAsync(IXunitTestCase testCase)
    {
        // Cases of other types do not run a test: they report why there is nothing to run.
        if (testCase.GetType() == typeof(XunitTheoryTestCase))
            return new BoundedTheoryTestCaseRunner(
                testCase, _constructorArguments, _diagnostics, MessageBus, new(Aggregator), CancellationTokenSource, bound).RunAsync();
        return testCase.GetType() == typeof(XunitTestCase)
            ? new BoundedTestCaseRunner(
                testCase, _constructorArguments, MessageBus, new(Aggregator), CancellationTokenSource, bound).RunAsync()
            : base.RunTestCaseAsync(testCase);
    }
}
