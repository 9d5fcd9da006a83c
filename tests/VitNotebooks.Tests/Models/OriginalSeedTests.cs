using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// A seed gives the authors' starting weights: first elements behind <c>manual_seed(0)</c>, from their code. One draw in another place
/// would change all that follow. Models draw from the default generator: nothing may run beside them.
/// </summary>
[Collection(TrainingCollection.Name)]
public sealed class OriginalSeedTests
{
    [Theory]
    [InlineData("t2t_vit_7", "cls_token", -0.0197518654)]
    [InlineData("t2t_vit_7", "tokens_to_token.attention1.w", -0.322581172)]
    [InlineData("t2t_vit_7", "tokens_to_token.attention2.w", -0.624302685)]
    [InlineData("t2t_vit_7", "tokens_to_token.project.weight", 0.00898182485)]
    [InlineData("t2t_vit_7", "blocks.6.mlp.fc2.weight", -0.00104252086)]
    [InlineData("t2t_vit_7", "head.weight", -0.0357843637)]
    [InlineData("t2t_vit_t_14", "tokens_to_token.attention2.attn.qkv.weight", 0.00222709915)]
    [InlineData("t2t_vit_t_14", "head.weight", -0.0117136631)]
    [InlineData("lvvit_t", "pos_embed", 0.0261399541)]
    [InlineData("lvvit_t", "cls_token", -6.60677542e-05)]
    [InlineData("lvvit_t", "patch_embed.conv1.weight", -0.000617502548)]
    [InlineData("lvvit_t", "patch_embed.proj.bias", 4.58583236e-05)]
    [InlineData("lvvit_t", "blocks.11.mlp.fc2.weight", -0.0069156955)]
    [InlineData("lvvit_t", "head.weight", 0.0226210747)]
    [InlineData("lvvit_t", "aux_head.weight", 0.036884658)]
    public void Build_AfterASeed_StartsWithTheAuthorsNumbers(string name, string parameter, double first)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var model = VisionModels.Create(name);
        model.get_parameter(parameter)!.flatten()[0].ToDouble().ShouldBe(first, 1e-6 * Math.Abs(first));
    }

    [Fact]
    public void Build_WithLocalizationAfterASeed_StartsWithTheLossAuthorsNumbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var model = VisionModels
            .T2t()
            .Vit14()
            .DropPath(0)
            .WithRelativeLocalization(l => l.Weight(0.1).Pooling(MapPooling.Average3x3))
            .Build();
        model.parameters().Sum(p => p.numel()).ShouldBe(22_202_960);
        double First(string name) => model.get_parameter(name)!.flatten()[0].ToDouble();
        First("head.weight").ShouldBe(-0.018333042, 1e-8);
        First("drloc.layers.0.weight").ShouldBe(-0.0111081759, 1e-8);
        First("drloc.layers.4.weight").ShouldBe(0.00521880575, 1e-8);
    }
}
