using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// WRN, "Wide Residual Networks", arXiv 1605.07146; names and initialization of xternalz/WideResNet-pytorch 1171f93. The paper's own
// code, szagoruyko/wide-residual-networks ae6d0d0, computes the same with names of its own (StateDictMap.WideResNetAuthors) and
// starts otherwise. Both decay every parameter, norms included; the pool here takes maps of any size, theirs 8x8.
// Expect 95.7 on CIFAR-10 and 79.6 on CIFAR-100 for WRN-16-8 after 200 epochs of SGD (paper); 1.55 G multiply-adds an image.
// Shown by `vitnb summary wrn_16_8`.

/// <summary>Wide residual network; every stage gives a map, before the norm and the ReLU of what follows.</summary>
public sealed class WideResNet : VisionModel
{
    private readonly WideResNetConfig _config;

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "block1")]
    private readonly PreActivationStage _block1;

    [ComponentName(Name = "block2")]
    private readonly PreActivationStage _block2;

    [ComponentName(Name = "block3")]
    private readonly PreActivationStage _block3;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    internal WideResNet(WideResNetConfig config)
        : base(config)
    {
        _config = config;
        _conv1 = nn.Conv2d(config.Channels, 16, 3, padding: 1, bias: false);
        (_block1, _block2, _block3) = (Stage(config, 0), Stage(config, 1), Stage(config, 2));
        _bn1 = nn.BatchNorm2d(config.LastMapWidth);
        RegisterComponents();
        AttachHead("fc", config.LastMapWidth, classifier => nn.init.zeros_(classifier.bias!));
        Initialization.Apply(this, Reset);
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        PreActivationStage[] stages = [_block1, _block2, _block3];
        var maps = new FeatureMap[stages.Length];
        var map = _conv1.call(images);
        for (var i = 0; i < stages.Length; i++)
        {
            var grid = TokenGrid.Square(_config.SideOf(i), 1 << i);
            for (var j = 0; j < stages[i].Blocks.Count; j++)
            {
                map = trace.Run(
                    $"block{i + 1}.layer.{j}",
                    stages[i].Blocks[j],
                    map,
                    grid,
                    keepInput: j == 0 && i > 0, // it is the map of the stage before
                    TokenLayout.ChannelsFirst
                );
            }

            maps[i] = new FeatureMap($"block{i + 1}", map, grid.Stride);
        }
        var final = nn.functional.relu(_bn1.call(map), inplace: true).mean([2, 3]);
        return new Features(maps, final) { Blocks = trace.Blocks }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["conv1."],
            .. new[] { _block1, _block2, _block3 }.SelectMany(
                (stage, i) => stage.Blocks.Select((_, j) => (IReadOnlyList<string>)[$"block{i + 1}.layer.{j}."])
            ),
            ["bn1.", "fc."],
        ];

    private static PreActivationStage Stage(WideResNetConfig config, int stage)
    {
        var blocks = new PreActivationBlock[config.Blocks];
        for (var i = 0; i < blocks.Length; i++)
        {
            var input =
                i > 0 ? config.WidthOf(stage)
                : stage > 0 ? config.WidthOf(stage - 1)
                : 16;
            blocks[i] = new PreActivationBlock(
                input,
                config.WidthOf(stage),
                stride: i == 0 && stage > 0 ? 2 : 1,
                config.Dropout
            );
        }
        return new PreActivationStage(blocks);
    }

    // Norms start at one and zero, the classifier's weight as nn.Linear makes it.
    private static void Reset(nn.Module module)
    {
        if (module is Conv2d convolution)
        {
            nn.init.kaiming_normal_(
                convolution.weight,
                mode: nn.init.FanInOut.FanOut,
                nonlinearity: nn.init.NonlinearityType.ReLU
            );
        }
    }
}
