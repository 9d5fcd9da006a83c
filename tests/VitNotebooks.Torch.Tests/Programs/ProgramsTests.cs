using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;

namespace VitNotebooks.Torch.Tests.Programs;

/// <summary>Programs in everyday TorchSharp style compile as they are, run, and learn.</summary>
[Collection(Alone.Name)]
public sealed class ProgramsTests
{
    [Fact]
    public void Mlp_ThirtySteps_LossFalls()
    {
        var (first, last) = MlpProgram.Run();
        last.ShouldBeLessThan(first / 2);
    }

    [Fact]
    public void Cnn_FiveEpochs_LearnsTheBars()
    {
        var (first, last, accuracy) = CnnProgram.Run();
        last.ShouldBeLessThan(first / 2);
        accuracy.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Transformer_CustomModule_LossFallsAndNamesAreTheFields()
    {
        var (first, last, names) = TransformerProgram.Run();
        last.ShouldBeLessThan(0.8f * first);
        names.ShouldContain("blocks.1.attn.qkv.weight");
        names.ShouldContain("blocks.0.mlp.fc1.bias");
        names[0].ShouldBe("pos_embed");
    }
}
