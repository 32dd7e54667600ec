using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

/// <summary>Forwards messages until it is disposed, and drops them afterwards.</summary>
internal sealed class DetachableMessageBus(IMessageBus bus) : IMessageBus
{
    private readonly Lock _lock = new();
    private bool _isDetached;

    public bool QueueMessage(IMessageSinkMessage message)
    {
        lock (_lock)
            return _isDetached || bus.QueueMessage(message);
    }

    public void Dispose()
    {
        lock (_lock)
            _isDetached = true;
    }
}
