using Microsoft.Extensions.Configuration;
using SharedModels.TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class TorchModelOptionsTests
{
    [Fact]
    public void The_section_of_a_module_sets_its_options()
    {
        var options = new TorchModelOptions { ElementType = "Float16" };
        TorchModelOptionsBinder.Bind(Section(("Weights", "w.safetensors"), ("Strict", "false"), ("WorkingBytes", "5000000000")), options);
        Assert.Equal(
            ("w.safetensors", false, "Float16", false, 5_000_000_000),
            (options.Weights, options.Strict, options.ElementType, options.IsMutable, options.WorkingBytes));
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_rejected_by_its_key() => Assert.StartsWith(
        "M:Strict is 'perhaps'",
        Assert.Throws<FormatException>(static () => TorchModelOptionsBinder.Bind(Section(("Strict", "perhaps")), new())).Message,
        StringComparison.Ordinal);

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(
            values.Select(static pair => KeyValuePair.Create("M:" + pair.Key, (string?)pair.Value))).Build().GetSection("M");
}
