using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class WideResNetTests(ITestOutputHelper output)
{
    // Counted with both codes; 36.5 M is the paper's number for WRN-28-10.
    [Theory]
    [InlineData("wrn_16_8", 10_961_370)]
    [InlineData("wrn_28_10", 36_479_194)]
    public void Build_EveryVariant_HasItsParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        if (!OfficialNames.Has(name))
        {
            return;
        }

        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        // The paper's code has the same tensors under its own names, and does not count batches.
        OfficialNames
            .Of(model)
            .Where(line => !line.Contains("num_batches_tracked"))
            .ShouldBe(OfficialNames.Of($"{name}_authors", StateDictMap.WideResNetAuthors));
    }

    [Fact]
    public void Forward_OfBothCodes_IsOurs()
    {
        using var model = VisionModels.Create("wrn_16_8");
        output.WriteLine($"wrn_16_8: {Original.Read("wrn_16_8").Compare(model)}");
        using var narrow = VisionModels.WideResNet().Widening(2).Build();
        var map = StateDictMap.WideResNetAuthors;
        output.WriteLine($"wrn_16_2_authors: {Original.Read("wrn_16_2_authors").Compare(narrow, map)}");
    }

    [Fact]
    public void Train_Dropout_ChangesTheOutput()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.WideResNet().Mini().Dropout(0.3).Build();
        var images = randn(2, 3, 32, 32);
        model.train();
        model.call(images).Equals(model.call(images)).ShouldBeFalse();
        model.eval();
        model.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    [Fact]
    public void Layers_EveryParameter_BelongsToOne()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("wrn_mini_32");
        var layers = model.layers();
        layers.Count.ShouldBe(5);
        foreach (var (name, _) in model.named_parameters())
        {
            layers.Count(l => l.Any(start => name.StartsWith(start, StringComparison.Ordinal))).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce() =>
        Should
            .Throw<ModelConfigException>(() => VisionModels.WideResNet().Depth(18).Widening(0).Dropout(1).Build())
            .Faults.ShouldBe([
                "WRN: depth 18 is not 6n + 4 in 10..1000; nearest: 16.",
                "WRN: widening 0 is not in 1..64; nearest: 1.",
                "WRN: dropout 1 is not in [0, 1); nearest: 0.99.",
            ]);
}
