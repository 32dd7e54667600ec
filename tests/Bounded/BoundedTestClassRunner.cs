using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

internal sealed class BoundedTestClassRunner(
    ITestClass testClass,
    IReflectionTypeInfo type,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ITestCaseOrderer orderer,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    IDictionary<Type, object> collectionFixtures,
    TimeSpan? bound = null) : XunitTestClassRunner(testClass, type, testCases, diagnostics, messageBus, orderer, aggregator, cancellation,
    collectionFixtures)
{
    private readonly TimeSpan _bound = bound ?? TestBound.For(type.Type);

    protected override Task AfterTestClassStartingAsync() =>
        Aggregator.RunAsync(
            () => OwnThread.RunAsync(base.AfterTestClassStartingAsync, _bound, $"The creation of the fixtures of {Class.Name}"));

    protected override Task BeforeTestClassFinishedAsync() =>
        Aggregator.RunAsync(
            () => OwnThread.RunAsync(base.BeforeTestClassFinishedAsync, _bound, $"The disposal of the fixtures of {Class.Name}"));

    protected override Task<RunSummary> RunTestMethodAsync(
        ITestMethod testMethod, IReflectionMethodInfo method, IEnumerable<IXunitTestCase> testCases, object[] constructorArguments) =>
        new BoundedTestMethodRunner(
            testMethod, Class, method, testCases, DiagnosticMessageSink, MessageBus, new(Aggregator), CancellationTokenSource,
            constructorArguments, bound).RunAsync();
}
