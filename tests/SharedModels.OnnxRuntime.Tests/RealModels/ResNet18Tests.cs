using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Tests.RealModels;

public sealed class ResNet18Tests
{
    [Fact]
    public async Task Features_are_those_of_a_direct_session_bit_for_bit()
    {
        using var model = new TinyModel(new() { Path = RealModel.ResNet18 });
        await model.PlaceAsync(Device.Cpu, CancellationToken.None);
        using var direct = new InferenceSession(RealModel.ResNet18);
        Assert.Equal(Compute(direct), Compute(model.Session));
    }

    /// <summary>Computes the 512 features of a generated image.</summary>
    public static float[] Compute(InferenceSession session)
    {
        var random = new Random(18);
        var pixels = new float[3 * 224 * 224];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (2 * random.NextSingle()) - 1;
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, 224, 224]);
        using var results = session.Run(new Dictionary<string, OrtValue> { [session.InputNames[0]] = image });
        var features = results[0].GetTensorDataAsSpan<float>().ToArray();
        Assert.Equal(512, features.Length);
        return features;
    }
}
