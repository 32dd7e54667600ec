using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

internal sealed class BoundedTestCollectionRunner(
    ITestCollection collection,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ITestCaseOrderer orderer,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation) : XunitTestCollectionRunner(collection,
    testCases,
    diagnostics,
    messageBus,
    orderer,
    aggregator,
    cancellation)
{
    private readonly Type _type = (collection.CollectionDefinition as IReflectionTypeInfo)?.Type ?? typeof(object);

    protected override Task AfterTestCollectionStartingAsync() =>
        Aggregator.RunAsync(() => OwnThread.RunAsync(
            base.AfterTestCollectionStartingAsync, TestBound.For(_type), $"The creation of the fixtures of {TestCollection.DisplayName}"));

    protected override Task BeforeTestCollectionFinishedAsync() =>
        Aggregator.RunAsync(() => OwnThread.RunAsync(
            base.BeforeTestCollectionFinishedAsync, TestBound.For(_type), $"The disposal of the fixtures of {TestCollection.DisplayName}"));

    protected override Task<RunSummary> RunTestClassAsync(
        ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases) =>
        new BoundedTestClassRunner(
            testClass, @class, testCases, DiagnosticMessageSink, MessageBus, TestCaseOrderer, new(Aggregator), CancellationTokenSource,
            CollectionFixtureMappings).RunAsync();
}
