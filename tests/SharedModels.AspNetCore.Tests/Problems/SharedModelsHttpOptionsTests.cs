using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Tests.Problems;

public sealed class SharedModelsHttpOptionsTests
{
    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Staging", null, false)]
    [InlineData("Development", false, false)]
    [InlineData("Production", true, true)]
    public void The_environment_decides_unless_the_application_does(string environment, bool? choice, bool expected)
    {
        foreach (var isFirst in (bool[])[false, true])
        {
            var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = environment });
            if (isFirst)
                Configure(builder.Services);
            builder.Services.AddModelLeaseProblems();
            if (!isFirst)
                Configure(builder.Services);
            using var services = builder.Services.BuildServiceProvider();
            Assert.Equal(expected, services.GetRequiredService<IOptions<SharedModelsHttpOptions>>().Value.IncludeExceptionDetails);
            Assert.Equal(expected, ExceptionDetails.AreIncluded(services));
        }

        void Configure(IServiceCollection services)
        {
            if (choice is { } value)
                services.Configure<SharedModelsHttpOptions>(options => options.IncludeExceptionDetails = value);
        }
    }

    [Fact]
    public void The_default_applies_to_an_application_that_registers_nothing()
    {
        var services = new ServiceCollection().AddOptions().AddSingleton<IHostEnvironment>(
            new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = Environments.Development });
        using var provider = services.BuildServiceProvider();
        Assert.True(ExceptionDetails.AreIncluded(provider));
    }
}
