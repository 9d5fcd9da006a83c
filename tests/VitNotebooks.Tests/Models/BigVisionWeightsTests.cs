using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>Weights under flax's names and shapes give the logits that timm gives with them.</summary>
public sealed class BigVisionWeightsTests
{
    [Theory]
    [InlineData("params/", '/')]
    [InlineData("", '/')]
    [InlineData("opt.target.", '.')]
    public void LoadWeights_BigVisionsNames_GivesTimmsLogits(string prefix, char separator)
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("vit_map_64").Build();
        using var values = Values();
        var weights = Weights(values.RootElement)
            .ToDictionary(w => prefix + w.Name["params/".Length..].Replace('/', separator), w => w.Tensor);
        model.LoadWeights(weights, StateDictMap.BigVision).Resampled.ShouldBeEmpty();
        Hold(model, values.RootElement);
    }

    /// <summary>With scan=True all blocks are one tensor a name, along a leading axis.</summary>
    [Theory]
    [InlineData("params/", '/')]
    [InlineData("", '.')]
    public void LoadWeights_BlocksStackedForScan_GivesTimmsLogits(string prefix, char separator)
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("vit_map_64").Build();
        using var values = Values();
        var weights = Stacked(values.RootElement)
            .ToDictionary(w => prefix + w.Name["params/".Length..].Replace('/', separator), w => w.Tensor);
        weights.Keys.ShouldContain($"{prefix}Transformer{separator}encoderblock{separator}LayerNorm_0{separator}scale");
        weights.Keys.ShouldNotContain(name => name.Contains("encoderblock_", StringComparison.Ordinal));
        model.LoadWeights(weights, StateDictMap.BigVision).Resampled.ShouldBeEmpty();
        Hold(model, values.RootElement);
        using var other = SmallVit.Of("vit_map_64").Build();
        other.TakeWeights(weights, StateDictMap.BigVision);
        Hold(other, values.RootElement);
    }

    [Fact]
    public void LoadWeights_MoreBlocksInAStackThanTheModelHas_NamesTheBlock()
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("vit_map_64").Build();
        using var values = Values();
        var weights = Stacked(values.RootElement).ToDictionary(w => w.Name, w => w.Tensor);
        const string Scale = "params/Transformer/encoderblock/LayerNorm_0/scale";
        weights[Scale] = cat([weights[Scale], weights[Scale].narrow(0, 0, 1)]);
        Should
            .Throw<WeightsException>(() => model.LoadWeights(weights, StateDictMap.BigVision))
            .Unexpected.ShouldBe(["params/Transformer/encoderblock_2/LayerNorm_0/scale"]);
    }

    [Fact]
    public void LoadWeights_OfAnotherPatch_AreResampled()
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("vit_map_64").PatchSize(16).ImageSize(128).Build();
        using var values = Values();
        var weights = Weights(values.RootElement).ToDictionary(w => w.Name, w => w.Tensor);
        model.LoadWeights(weights, StateDictMap.BigVision).Resampled.ShouldBe(["patch_embed.proj.weight"]);
    }

    [Fact]
    public void LoadWeights_APartIsMissing_NamesTheWhole()
    {
        using var scope = NewDisposeScope();
        using var model = SmallVit.Of("vit_map_64").Build();
        using var values = Values();
        var weights = Weights(values.RootElement).ToDictionary(w => w.Name, w => w.Tensor);
        const string keys = "params/Transformer/encoderblock_1/MultiHeadDotProductAttention_0/key/kernel";
        weights.Remove(keys, out var removed).ShouldBeTrue();
        Should
            .Throw<WeightsException>(() => model.LoadWeights(weights, StateDictMap.BigVision))
            .Missing.ShouldBe(["blocks.1.attn.qkv.weight"]);
        weights[keys] = removed!.transpose(0, 2);
        Should
            .Throw<WeightsException>(() => model.LoadWeights(weights, StateDictMap.BigVision))
            .Misshaped.ShouldBe(["blocks.1.attn.qkv.weight: [256, 16] instead of [64, 64]"]);
        Should
            .Throw<WeightsException>(() => model.LoadWeights(weights))
            .Message.ShouldContain("they look like ViT, big_vision's names (StateDictMap.BigVision)");
    }

    [Fact]
    public void Create_BigVision_HasItsNames()
    {
        using var scope = NewDisposeScope();
        using var values = Values();
        var names = values.RootElement.GetProperty("shapes").EnumerateObject().Select(s => s.Name);
        using var model = SmallVit.Of("vit_map_64").Build();
        names
            .Select(name => StateDictMap.BigVision.Translate(name))
            .Distinct()
            .ShouldBe(model.state_dict().Keys, ignoreOrder: true);
        // The predecessor's names.
        StateDictMap
            .BigVision.Translate("Transformer/encoderblock_11/LayerNorm_2/scale")
            .ShouldBe("blocks.11.norm2.weight");
        StateDictMap
            .BigVision.Translate("Transformer/encoderblock_3/MlpBlock_3/Dense_1/bias")
            .ShouldBe("blocks.3.mlp.fc2.bias");
        StateDictMap.BigVision.Translate("Transformer/posembed_input/pos_embedding").ShouldBe("pos_embed");
        StateDictMap.BigVision.Translate("pre_logits/kernel").ShouldBe("pre_logits.fc.weight");
        StateDictMap.BigVision.Translate("cls").ShouldBe("cls_token");
    }

    private static void Hold(VisionModel model, JsonElement values)
    {
        model.eval();
        var logits = model.call(HashedWeights.Unit("images 64", [2, 3, 64, 64]).to(float32));
        var wanted = values.GetProperty("logits").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var expected = tensor(wanted).view(2, 10);
        ((logits.to(float64) - expected).abs().max() / expected.abs().max()).ToDouble().ShouldBeLessThan(1e-5);
    }

    // The same tensors, those of the blocks in one a name.
    private static IEnumerable<(string Name, Tensor Tensor)> Stacked(JsonElement values) =>
        Weights(values)
            .GroupBy(w => Regex.Replace(w.Name, @"encoderblock_\d+", "encoderblock"))
            .Select(same => (same.Key, same.Count() == 1 ? same.First().Tensor : stack(same.Select(w => w.Tensor))));

    private static JsonDocument Values() =>
        JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(PythonOracle.Folder, "values", "originals", "vit_big_vision.json"))
        );

    private static IEnumerable<(string Name, Tensor Tensor)> Weights(JsonElement values)
    {
        foreach (var entry in values.GetProperty("shapes").EnumerateObject())
        {
            long[] shape = [.. entry.Value.EnumerateArray().Select(v => v.GetInt64())];
            var value = HashedWeights.Value(entry.Name, shape);
            yield return (entry.Name, entry.Name.EndsWith("kernel", StringComparison.Ordinal) ? value / 4 : value);
        }
    }
}
