using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

/// <summary>Runs one test: its constructor, its method and its disposal share one bound.</summary>
internal sealed class BoundedTestRunner(
    ITest test,
    IMessageBus messageBus,
    Type testClass,
    object[] constructorArguments,
    MethodInfo testMethod,
    object[] testMethodArguments,
    string skipReason,
    IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    TimeSpan? bound) : XunitTestRunner(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason,
    beforeAfterAttributes, aggregator, cancellation)
{
    protected override async Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator)
    {
        // Errors that an abandoned test still raises must not reach the reports of later tests.
        var found = new ExceptionAggregator();
        using var bus = new DetachableMessageBus(MessageBus);
        var invoker = new XunitTestInvoker(
            Test, bus, TestClass, ConstructorArguments, TestMethod, TestMethodArguments, BeforeAfterAttributes, found,
            CancellationTokenSource);
        var limit = bound ?? TestBound.For(TestClass, TestMethod);
        try
        {
            var time = await OwnThread.RunAsync(invoker.RunAsync, limit, $"Test {DisplayName}");
            aggregator.Aggregate(found);
            return time;
        }
        catch (TestTimedOutException exception)
        {
            aggregator.Add(exception);
            return (decimal)limit.TotalSeconds;
        }
    }
}
