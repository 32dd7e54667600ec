using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

/// <summary>Runs tests that hang, with a bound of 100 ms, and checks the reports.</summary>
public sealed class BoundedTestFrameworkTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(0.1);

    private readonly MessageList _messages = new();

    // Lets the abandoned threads end.
    public void Dispose() => Examples.End.Set();

    [Theory]
    [InlineData(nameof(Examples.BlocksItsThread))]
    [InlineData(nameof(Examples.NeverCompletes))]
    [InlineData(nameof(Examples.IsAsyncVoid))]
    public async Task A_test_that_hangs_fails_and_the_next_one_runs(string name)
    {
        var summary = await RunAsync<Examples>(name, nameof(Examples.Passes));
        Assert.Equal((2, 1), (summary.Total, summary.Failed));
        var failure = Assert.Single(_messages.OfType<ITestFailed>());
        Assert.EndsWith(name, failure.Test.DisplayName, StringComparison.Ordinal);
        Assert.Equal(
            $"Test {failure.Test.DisplayName} did not finish within 0.1 s of real time and has been abandoned; what it started may still "
            + "be running. If the machine is slow, set TEST_TIMEOUT_SECONDS to more than 120. If the test needs longer, mark it with "
            + "[LongRunning(minutes)].",
            Assert.Single(failure.Messages));
        Assert.Equal($"{name} starts{Environment.NewLine}", failure.Output);
        Assert.EndsWith(nameof(Examples.Passes), Assert.Single(_messages.OfType<ITestPassed>()).Test.DisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_row_of_a_theory_has_the_bound()
    {
        var summary = await RunAsync<Examples>(nameof(Examples.BlocksForSomeRows));
        Assert.Equal((3, 2), (summary.Total, summary.Failed));
        Assert.Equal(2, _messages.OfType<ITestFailed>().Count(
            static failure => failure.Messages[0].Contains("did not finish within 0.1 s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_constructor_that_hangs_fails_the_test() =>
        await FailsAsync<HangingConstructor>(nameof(HangingConstructor.Passes), "Test ");

    [Fact]
    public async Task A_disposal_that_hangs_fails_the_test() => await FailsAsync<HangingDisposal>(nameof(HangingDisposal.Passes), "Test ");

    [Fact]
    public async Task A_fixture_whose_creation_hangs_fails_the_tests_of_its_class() =>
        await FailsAsync<WithHangingFixture>(nameof(WithHangingFixture.Passes), "The creation of the fixtures of ");

    [Fact]
    public async Task A_fixture_whose_disposal_hangs_fails_its_class()
    {
        await RunAsync<WithUndisposableFixture>(nameof(WithUndisposableFixture.Passes));
        Assert.StartsWith(
            "The disposal of the fixtures of ",
            Assert.Single(_messages.OfType<ITestClassCleanupFailure>()).Messages[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_results_of_an_abandoned_test_are_not_reported()
    {
        await RunAsync<Examples>(nameof(Examples.BlocksItsThread));
        var count = _messages.Count;
        Examples.End.Set();
        await Condition.UntilAsync(() => Examples.Ended);
        Assert.Equal(count, _messages.Count);
    }

    [Fact]
    public async Task Other_tests_are_reported_as_usual()
    {
        var summary = await RunAsync<Examples>(nameof(Examples.Passes), nameof(Examples.Fails), nameof(Examples.IsSkipped));
        Assert.Equal((3, 1, 1), (summary.Total, summary.Failed, summary.Skipped));
        Assert.Contains("Assert.Fail", Assert.Single(_messages.OfType<ITestFailed>()).StackTraces[0] ?? "", StringComparison.Ordinal);
        Assert.Equal("not today", Assert.Single(_messages.OfType<ITestSkipped>()).Reason);
    }

    [Fact]
    public void This_assembly_runs_its_tests_on_such_threads()
    {
        Assert.Equal(
            $"Test {typeof(BoundedTestFrameworkTests)}.{nameof(This_assembly_runs_its_tests_on_such_threads)}", Thread.CurrentThread.Name);
        Assert.True(Thread.CurrentThread.IsBackground);
    }

    [Fact]
    public void A_long_running_test_gets_more_time()
    {
        var usual = TestBound.For(typeof(Examples));
        Assert.True(TestBound.Wait < usual);
        Assert.True(TestBound.For(typeof(Examples), typeof(Examples).GetMethod(nameof(Examples.TakesLong))) > usual);
    }

    [Fact]
    public async Task A_condition_that_never_holds_is_named()
    {
        var never = false;
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Condition.UntilAsync(() => never, bound: Bound));
        Assert.StartsWith("Waited 0.1 s of real time for: () => never. ", exception.Message, StringComparison.Ordinal);
    }

    private async Task FailsAsync<T>(string name, string start)
    {
        var summary = await RunAsync<T>(name);
        Assert.Equal((1, 1), (summary.Total, summary.Failed));
        Assert.StartsWith(start, Assert.Single(_messages.OfType<ITestFailed>()).Messages[0], StringComparison.Ordinal);
    }

    private async Task<RunSummary> RunAsync<T>(params string[] names)
    {
        Examples.End.Reset();
        Examples.Ended = false;
        var type = Reflector.Wrap(typeof(T));
        var testClass = new TestClass(new TestCollection(new TestAssembly(Reflector.Wrap(typeof(T).Assembly)), null, "examples"), type);
        var cases = names.Select(name => Case(new TestMethod(testClass, Reflector.Wrap(typeof(T).GetMethod(name)!)))).ToList();
        using var cancellation = new CancellationTokenSource();
        var runner = new BoundedTestClassRunner(
            testClass, type, cases, _messages, _messages, new InOrder(), new(), cancellation, new Dictionary<Type, object>(), Bound);
        return await Task.Run(runner.RunAsync).WaitAsync(TestBound.Wait);
    }

    private XunitTestCase Case(TestMethod method) => method.Method.GetCustomAttributes(typeof(TheoryAttribute)).Any()
        ? new XunitTheoryTestCase(_messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method)
        : new XunitTestCase(_messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method);

    private sealed class InOrder : ITestCaseOrderer
    {
        public IEnumerable<T> OrderTestCases<T>(IEnumerable<T> testCases)
            where T : ITestCase
            => testCases;
    }

    private sealed class MessageList : LongLivedMarshalByRefObject, IMessageBus, IMessageSink
    {
        private readonly List<IMessageSinkMessage> _messages = [];

        public int Count => All().Count;

        public IEnumerable<T> OfType<T>() => All().OfType<T>();

        public bool QueueMessage(IMessageSinkMessage message) => OnMessage(message);

        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (_messages)
                _messages.Add(message);
            return true;
        }

        public void Dispose()
        {
        }

        private List<IMessageSinkMessage> All()
        {
            lock (_messages)
                return [.. _messages];
        }
    }

#pragma warning disable xUnit1000 // They are private, so that only the tests above run them.
    private sealed class Examples(ITestOutputHelper output)
    {
        public static ManualResetEventSlim End { get; } = new();

        public static bool Ended { get; set; }

        [Fact]
        public void BlocksItsThread()
        {
            output.WriteLine($"{nameof(BlocksItsThread)} starts");
            End.Wait();
            Ended = true;
        }

        [Fact]
        public async Task NeverCompletes()
        {
            output.WriteLine($"{nameof(NeverCompletes)} starts");
            await new TaskCompletionSource().Task;
        }

#pragma warning disable xUnit1048, VSTHRD100, MA0155 // xunit runs such tests as well.
        [Fact]
        public async void IsAsyncVoid()
        {
            output.WriteLine($"{nameof(IsAsyncVoid)} starts");
            await new TaskCompletionSource().Task;
        }
#pragma warning restore xUnit1048, VSTHRD100, MA0155

        [Theory]
        [InlineData(1)]
        [InlineData(2)]
        [InlineData(3)]
        public void BlocksForSomeRows(int row)
        {
            if (row != 2)
                End.Wait();
        }

        [Fact]
        public void Passes()
        {
        }

        [Fact]
        public void Fails() => Assert.Fail("it does");

        [Fact(Skip = "not today")]
        public void IsSkipped()
        {
        }

        [Fact]
        [LongRunning(60)]
        public void TakesLong()
        {
        }
    }

    private sealed class HangingConstructor
    {
        public HangingConstructor() => Examples.End.Wait();

        [Fact]
        public void Passes()
        {
        }
    }

    private sealed class HangingDisposal : IAsyncLifetime
    {
        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => new TaskCompletionSource().Task;

        [Fact]
        public void Passes()
        {
        }
    }

    private sealed class WithHangingFixture : IClassFixture<HangingFixture>
    {
        [Fact]
        public void Passes()
        {
        }
    }

    private sealed class WithUndisposableFixture : IClassFixture<UndisposableFixture>
    {
        [Fact]
        public void Passes()
        {
        }
    }
#pragma warning restore xUnit1000

    private sealed class HangingFixture
    {
        public HangingFixture() => Examples.End.Wait();
    }

    private sealed class UndisposableFixture : IDisposable
    {
        public void Dispose() => Examples.End.Wait();
    }
}
