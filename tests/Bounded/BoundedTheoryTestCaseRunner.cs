using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

internal sealed class BoundedTheoryTestCaseRunner(
    IXunitTestCase testCase,
    object[] constructorArguments,
    IMessageSink diagnostics,
    IMessageBus messageBus,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    TimeSpan? bound)
    : XunitTheoryTestCaseRunner(
        testCase, testCase.DisplayName, testCase.SkipReason, constructorArguments, diagnostics, messageBus, aggregator, cancellation)
{
    protected override XunitTestRunner CreateTestRunner(
        ITest test,
        IMessageBus messageBus,
        Type testClass,
        object[] constructorArguments,
        MethodInfo testMethod,
        object[] testMethodArguments,
        string skipReason,
        IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) => new BoundedTestRunner(
            test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes,
            new(aggregator), cancellationTokenSource, bound);
}
