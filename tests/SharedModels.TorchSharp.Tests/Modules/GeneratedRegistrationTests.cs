using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class GeneratedRegistrationTests
{
    [TorchFact]
    public async Task A_module_with_the_attribute_is_leased_as_it_is_with_the_options_of_its_section()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["SharedModels:Models:two:ElementType"] = "Float64";
        builder.Configuration["SharedModels:Models:two:WorkingBytes"] = "1000";
        builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
        using var host = builder.Build();
        await host.StartAsync();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var lease = scope.ServiceProvider.GetRequiredService<IModelLease<TwoLayers>>();
            await lease.AcquireAsync();
            Assert.Equal(4, (await lease.InvokeAsync(static net => net.Run())).Length);
            var model = host.Services
                .GetRequiredService<ISharedModelManager>()
                .GetSnapshot().Models
                .Single(static model => model.Id == "two");
            Assert.Equal(("two", new ModelFootprint(3072, 3072, 1000), Device.Cpu), (model.Id, model.Footprint, model.Device));
        }

        await host.StopAsync();
    }
}
