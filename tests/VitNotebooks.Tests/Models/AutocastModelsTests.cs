using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>ViT and Swin train in bfloat16 autocast as in float32: losses stay together, gradients are float32. Not beside
/// others, for both models start from the default generator.</summary>
[Collection(Alone.Name)]
public sealed class AutocastModelsTests
{
    [Theory]
    [InlineData("vit")]
    [InlineData("swin")]
    public void Training_InBFloat16_StaysWithFloat32(string name)
    {
        var full = Losses(name, on: false);
        var mixed = Losses(name, on: true);
        full[^1].ShouldBeLessThan(full[0]);
        for (var i = 0; i < full.Length; i++)
        {
            Math.Abs(mixed[i] - full[i]).ShouldBeLessThan(0.05f * full[i] + 0.02f, $"step {i}");
        }
        mixed.ShouldNotBe(full);
    }

    private static float[] Losses(string name, bool on)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        manual_seed(1);
        using var model =
            name == "vit"
                ? VisionModels.Vit().Mini().DropPath(0).Build()
                : VisionModels.Swin().Mini().DropPath(0).Build();
        using var optimizer = optim.AdamW(model.parameters(), 1e-3);
        var images = randn([8, 3, 32, 32], generator: generator);
        var labels = randint(0, 10, [8], dtype: ScalarType.Int64, generator: generator);
        var losses = new float[8];
        for (var i = 0; i < losses.Length; i++)
        {
            using var step = NewDisposeScope();
            Tensor loss;
            using (on ? Autocast.On(DeviceType.CPU) : null)
            {
                loss = nn.functional.cross_entropy(model.call(images), labels);
            }
            loss.dtype.ShouldBe(ScalarType.Float32);
            model.zero_grad();
            loss.backward();
            foreach (var (parameterName, parameter) in model.named_parameters())
            {
                parameter.grad!.dtype.ShouldBe(ScalarType.Float32, parameterName);
            }
            optimizer.step();
            losses[i] = loss.item<float>();
        }
        return losses;
    }
}
