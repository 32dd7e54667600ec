using Grpc.Core;
using SharedModels.AspNetCore.Tests;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>The status that a caller receives for rows of the failure matrix.</summary>
public sealed class StatusTests
{
    private const string Pushback = "grpc-retry-pushback-ms";

    [Fact]
    public async Task A_full_queue_is_unavailable_and_says_when_to_retry()
    {
        await using var fixture = await GrpcFixture.StartAsync(("Leasing:MaxQueueLength", "1"));
        var held = await fixture.Web.Manager.FetchModelAsync("a");
        var waiting = fixture.CallAsync(DetectorBase.MarkedMethod);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 1);
        var rejected = await fixture.FailAsync(DetectorBase.MarkedMethod);
        Assert.Equal(StatusCode.Unavailable, rejected.StatusCode);
        Assert.Equal("The model 'a' is busy. 1 request is waiting.", rejected.Status.Detail);
        Assert.True(int.Parse(rejected.Trailers.GetValue(Pushback)!) > 0);
        held.Dispose();
        await waiting;
    }

    [Fact]
    public async Task A_lost_device_is_unavailable_until_it_is_probed()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        fixture.Web.Accelerator.Lose();
        var rejected = await fixture.FailAsync(DetectorBase.MarkedMethod);
        Assert.Equal((StatusCode.Unavailable, "1000"), (rejected.StatusCode, rejected.Trailers.GetValue(Pushback)));
        Assert.Equal("Device fake:0 is out of service.", rejected.Status.Detail);
    }

    [Fact]
    public async Task A_model_that_can_never_fit_is_not_worth_a_retry()
    {
        await using var fixture = await GrpcFixture.StartAsync(("Devices:fake:0:MemoryBudget", "10"));
        await fixture.Web.Manager.PreloadAsync("a").AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        await fixture.Web.Manager.PreloadAsync("b").AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        var rejected = await fixture.FailAsync(DetectorBase.MarkedMethod);
        Assert.Equal((StatusCode.FailedPrecondition, null), (rejected.StatusCode, rejected.Trailers.GetValue(Pushback)));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task An_exception_of_the_manager_that_a_method_throws_becomes_a_status(
        ModelLeaseException failure, StatusCode status, string detail, string? pushback)
    {
        await using var fixture = await GrpcFixture.StartAsync();
        fixture.Script.Failures.Enqueue(failure);
        var rejected = await fixture.FailAsync(DetectorBase.FailMethod);
        Assert.Equal((status, detail, pushback), (rejected.StatusCode, rejected.Status.Detail, rejected.Trailers.GetValue(Pushback)));
    }

    public static TheoryData<ModelLeaseException, StatusCode, string, string?> Failures => new()
    {
        { new UnknownModelException("No."), StatusCode.NotFound, "There is no such model.", null },
        { new ModelInUseException("No."), StatusCode.FailedPrecondition, "The model is in use.", null },
        { new DeviceOutOfMemoryException("No."), StatusCode.FailedPrecondition, "The model does not fit on its device.", null },
        { new DeviceOutOfMemoryException("No.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        }, StatusCode.Unavailable, "The model does not fit on its device at the moment.", "2000" },
        { new ManagerShuttingDownException("No."), StatusCode.Unavailable, "The server is stopping.", null },
        { new ModelLoadException("No.") { ModelId = "a" }, StatusCode.Unavailable, "The model 'a' could not be loaded.", null },
        { new ModelLeaseException("No.") { ModelId = "a" }, StatusCode.Unavailable, "The request for the model 'a' failed.", null },
        { new LeaseTimeoutException("No.")
        {
            RetryAfter = TimeSpan.FromMicroseconds(10),
        }, StatusCode.Unavailable, "The server is busy.", "1" },
    };

    [Fact]
    public async Task A_client_with_a_retry_policy_waits_as_long_as_the_server_says()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        fixture.Script.Failures.Enqueue(new LeaseRejectedException("Busy.") { RetryAfter = TimeSpan.FromMilliseconds(1) });
        Assert.Equal("done", await fixture.Patient.AsyncUnaryCall(DetectorBase.FailMethod, null, default, ""));
    }

    [Fact]
    public async Task Other_exceptions_of_a_method_are_left_to_gRPC()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        fixture.Script.Failures.Enqueue(new InvalidOperationException("secret"));
        var failed = await fixture.FailAsync(DetectorBase.FailMethod);
        Assert.Equal(StatusCode.Unknown, failed.StatusCode);
        Assert.DoesNotContain("secret", failed.Status.Detail, StringComparison.Ordinal);
    }
}
