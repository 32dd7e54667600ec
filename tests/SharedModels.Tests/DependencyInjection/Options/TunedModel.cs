using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Testing;

namespace SharedModels.Tests.DependencyInjection.Options;

/// <summary>A model with separate options for each of its ids.</summary>
[SharedModel("tuned"), SharedModel("tuned-large")]
internal sealed class TunedModel([ServiceKey] string id, IOptionsMonitor<TunedOptions> options) : FakeModel
{
    public string OwnId => id;

    public IOptionsMonitor<TunedOptions> Options => options;
}
