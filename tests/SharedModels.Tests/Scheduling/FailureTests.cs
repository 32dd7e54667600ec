using SharedModels.Scheduling.Decisions;

namespace SharedModels.Tests.Scheduling;

public sealed class FailureTests
{
    [Fact]
    public void A_missing_or_unusable_file_or_library_is_a_permanent_failure()
    {
        Exception[] causes =
        [
            new FileNotFoundException(),
            new DirectoryNotFoundException(),
            new DllNotFoundException(),
            new EntryPointNotFoundException(),
            new BadImageFormatException(),
            new TypeLoadException(),
            new MissingMethodException(),
            new NotSupportedException(),
            new PlatformNotSupportedException(),
        ];
        Assert.All(causes, static cause => Assert.True(Failure.Of(cause).IsPermanent));
        Assert.All(causes, static cause => Assert.True(Failure.Of(new InvalidOperationException("Outer.", cause)).IsPermanent));
        Assert.False(Failure.Of(new IOException("Outer.", new TimeoutException())).IsPermanent);
    }

    [Fact]
    public void Only_a_failure_that_time_can_cure_is_retried()
    {
        var rejection = new Rejection(RejectionReason.LoadFailed);
        Assert.Equal(TimeSpan.FromTicks(5), rejection.WithRetry(5).RetryAfter);
        Assert.Equal(TimeSpan.FromTicks(5), (rejection with { Cause = Failure.Of(new IOException()) }).WithRetry(5).RetryAfter);
        Assert.Null((rejection with { Cause = Failure.Of(new FileNotFoundException()) }).WithRetry(5).RetryAfter);
    }

    [Fact]
    public void Callers_see_only_the_manager_s_own_messages()
    {
        var failure = Failure.Of(new IOException("secret"));
        Assert.Equal("see the inner IOException.", failure.Summary);
        Assert.Equal("secret", (failure with { IsOwn = true }).Summary);
    }

    [Fact]
    public void A_message_that_throws_does_not_hide_the_failure()
    {
        var exception = new MessagelessException();
        Assert.Equal(new Failure(exception, nameof(MessagelessException)), Failure.Of(exception));
    }

    private sealed class MessagelessException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
