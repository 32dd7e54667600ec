using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>The user's code throws while it holds a lease.</summary>
public sealed class UserCodeThrowsTests
{
    private static readonly InvalidDataException Thrown = new("That is not an image.");

    [Fact]
    public async Task The_caller_gets_the_same_exception()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        Assert.Same(
            Thrown, await Assert.ThrowsAsync<InvalidDataException>(async () => await lease.InvokeAsync<int>(static _ => throw Thrown)));
    }

    [Fact]
    public async Task The_model_and_the_lease_are_unchanged()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        var before = fixture["a"];
        await Assert.ThrowsAsync<InvalidDataException>(async () => await lease.InvokeAsync<int>(static _ => throw Thrown));
        var after = fixture["a"];
        Assert.Equal(before.Replicas, after.Replicas);
        Assert.Equal((before with { Replicas = after.Replicas }, LeaseState.Held), (after, lease.State));
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
    }

    [Fact]
    public async Task The_next_request_gets_the_model_when_the_exception_ends_the_lease()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await fixture.UseAsync("a");
        var uses = UseAsync();
        var next = fixture.FetchAsync("a");
        await Assert.ThrowsAsync<InvalidDataException>(() => uses);
        Assert.Equal(1, (await next).Model.Use());
        Assert.Equal(1L, fixture["a"].Loads);

        async Task UseAsync()
        {
            await using var lease = await fixture.FetchAsync("a");
            await lease.InvokeAsync<int>(static _ => throw Thrown);
        }
    }

    [Fact]
    public async Task An_OutOfMemoryException_of_a_use_is_passed_to_the_user_and_not_blamed_on_the_device()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
            async () => await lease.InvokeAsync<int>(static _ => throw new DeviceOutOfMemoryException("Too many images at a time.")));
        Assert.Equal((LeaseState.Held, null, ModelResidency.OnDevice), (lease.State, fixture.DeviceState().Error, fixture["a"].Residency));
    }
}
