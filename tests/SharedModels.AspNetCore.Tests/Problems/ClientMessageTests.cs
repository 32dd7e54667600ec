using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Tests.Problems;

public sealed class ClientMessageTests
{
    private const string Secret = "SharedModels:Key '/srv/secrets'";

    public static TheoryData<Type> Exceptions =>
        [.. typeof(ModelLeaseException).Assembly.GetExportedTypes().Where(static type => type.IsAssignableTo(typeof(ModelLeaseException)))];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void A_message_depends_on_the_type_and_the_structured_properties(Type type)
    {
        var exception = (ModelLeaseException)Activator.CreateInstance(type, Secret, new IOException("inner"))!;
        Assert.DoesNotContain("secrets", ClientMessage.Of(exception, includeDetails: false), StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", ClientMessage.WithRetry(exception, includeDetails: false), StringComparison.Ordinal);
        Assert.Equal($"{Secret} inner", ClientMessage.Of(exception, includeDetails: true));
        Assert.Equal($"{Secret} inner", ClientMessage.WithRetry(exception, includeDetails: true));
    }

    [Fact]
    public void It_names_the_model_the_device_the_queue_and_the_time()
    {
        var device = new Device("cuda", 1);
        var busy = new LeaseRejectedException(Secret) { ModelId = "owlv2", QueueLength = 3, RetryAfter = TimeSpan.FromSeconds(1.5) };
        Assert.Equal(
            "The model 'owlv2' is busy. 3 requests are waiting. Try again in 2 seconds.",
            ClientMessage.WithRetry(busy, includeDetails: false));
        Assert.Equal("The model 'owlv2' is busy. 3 requests are waiting.", Of(busy));
        Assert.Equal("The model 'owlv2' is busy.", Of(new LeaseTimeoutException(Secret) { ModelId = "owlv2" }));
        Assert.Equal("There is no model 'owlv3'.", Of(new UnknownModelException(Secret) { ModelId = "owlv3" }));
        Assert.Equal("The model 'owlv2' is in use.", Of(new ModelInUseException(Secret) { ModelId = "owlv2" }));
        Assert.Equal(
            "The model 'owlv2' was rolled back to its old version.", Of(new ModelRolledBackException(Secret) { ModelId = "owlv2" }));
        Assert.Equal(
            "The model 'owlv2' does not fit on device cuda:1.",
            Of(new DeviceOutOfMemoryException(Secret) { ModelId = "owlv2", Device = device }));
        Assert.Equal("Device cuda:1 is out of service.", Of(new DeviceLostException(Secret) { ModelId = "owlv2", Device = device }));
        Assert.Equal(
            "The model 'owlv2' was not leased because requests would wait for each other.",
            Of(new LeaseDeadlockException(Secret) { ModelId = "owlv2" }));
    }

    [Fact]
    public void Details_do_not_repeat_inner_messages() =>
        Assert.Equal("a: b. c", ClientMessage.Of(
            new ModelLoadException("a: b.", new IOException("b.", new IOException("c"))), includeDetails: true));

    private static string Of(ModelLeaseException exception) => ClientMessage.Of(exception, includeDetails: false);
}
