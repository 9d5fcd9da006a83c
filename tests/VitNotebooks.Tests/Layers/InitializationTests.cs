using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

/// <summary>The starting weights are those of the authors, tensor by tensor.</summary>
[Collection(Alone.Name)]
public sealed class InitializationTests
{
    [Theory]
    [InlineData("swin_mini_patch2_window4_32")]
    [InlineData("vit_mini_patch4_32")]
    public void Build_FreshWeights_AreTruncatedNormalsOnesAndZeros(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        using var model = VisionModels.FromConfig(
            VisionModels.ConfigOf(name) with
            {
                Losses = [RelativeLocalizationOptions.Compat],
            }
        );
        foreach (var (path, parameter) in model.named_parameters())
        {
            var (low, high) = (parameter.min().ToSingle(), parameter.max().ToSingle());
            if (path.StartsWith("patch_embed.proj", StringComparison.Ordinal))
            {
                high.ShouldBeLessThanOrEqualTo(1 / MathF.Sqrt(3 * (name[0] == 's' ? 4 : 16)), path); // a convolution's default
            }
            else if (path.StartsWith("drloc", StringComparison.Ordinal) && name[0] == 'v')
            {
                high.ShouldBeLessThanOrEqualTo(1 / MathF.Sqrt(128), path); // a linear layer's default: 128 is the smallest fan-in
            }
            else if (path == "cls_token")
            {
                parameter.std().ToSingle().ShouldBe(1e-6f, 3e-7f, path);
            }
            else if (path.EndsWith("bias", StringComparison.Ordinal))
            {
                (low, high).ShouldBe((0, 0), path);
            }
            else if (path.Contains("norm", StringComparison.Ordinal))
            {
                (low, high).ShouldBe((1, 1), path);
            }
            else
            {
                parameter.std().ToSingle().ShouldBe(0.02f, 0.1f / MathF.Sqrt(parameter.numel()), path);
            }
        }
    }
}
