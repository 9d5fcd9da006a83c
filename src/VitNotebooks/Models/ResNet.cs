using TorchSharp.Modules;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// ResNet, "Deep Residual Learning for Image Recognition", arXiv 1512.03385; names, initialization and the place of the stride
// (version 1.5) are torchvision's. The CIFAR stem (3x3, stride 1, no pool) is the usual one for 32 pixels; the paper's own CIFAR
// networks are others. Expect 76.1 top-1 on ImageNet-1k for ResNet-50 after 90 epochs (torchvision's IMAGENET1K_V1).
// benchmarks/race.sh trains it beside torchvision's.

/// <summary>Residual network; every stage gives a map.</summary>
public sealed class ResNet : VisionModel
{
    private readonly ResNetConfig _config;
    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _bn1;
    private readonly MaxPool2d? _pool;
    private readonly ModuleList<ResidualBlock>[] _layers;

    internal ResNet(ResNetConfig config)
        : base(config)
    {
        _config = config;
        _conv1 =
            config.Stem == ResNetStem.ImageNet
                ? nn.Conv2d(config.Channels, config.Width, 7, stride: 2, padding: 3, bias: false)
                : nn.Conv2d(config.Channels, config.Width, 3, padding: 1, bias: false);
        _bn1 = nn.BatchNorm2d(config.Width);
        register_module("conv1", _conv1);
        register_module("bn1", _bn1);
        if (config.Stem == ResNetStem.ImageNet)
        {
            _pool = nn.MaxPool2d(3, stride: 2, padding: 1);
            register_module("maxpool", _pool);
        }
        _layers = [.. Enumerable.Range(0, config.Depths.Count).Select(stage => Stage(config, stage))];
        for (var i = 0; i < _layers.Length; i++)
        {
            register_module($"layer{i + 1}", _layers[i]);
        }

        AttachHead("fc", config.LastMapWidth, initialize: null); // starts as nn.Linear does
        Initialize(config);
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var maps = new FeatureMap[_layers.Length];
        var map = Stem(images);
        for (var i = 0; i < _layers.Length; i++)
        {
            var grid = TokenGrid.Square(_config.SideOf(i), _config.FirstStride << i);
            for (var j = 0; j < _layers[i].Count; j++)
            {
                map = trace.Run(
                    $"layer{i + 1}.{j}",
                    _layers[i][j],
                    map,
                    grid,
                    keepInput: j == 0 && i > 0, // it is the map of the stage before
                    TokenLayout.ChannelsFirst
                );
            }

            maps[i] = new FeatureMap($"layer{i + 1}", map, grid.Stride);
        }
        return new Features(maps, map.mean([2, 3])) { Blocks = trace.Blocks }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["conv1.", "bn1."],
            .. _layers.SelectMany(
                (stage, i) =>
                    Enumerable.Range(0, stage.Count).Select(j => (IReadOnlyList<string>)[$"layer{i + 1}.{j}."])
            ),
            ["fc."],
        ];

    private Tensor Stem(Tensor images)
    {
        using var map = _conv1.call(images);
        var normalized = nn.functional.relu(_bn1.call(map), inplace: true);
        if (_pool is null)
        {
            return normalized;
        }

        using (normalized)
        {
            return _pool.call(normalized);
        }
    }

    private static ModuleList<ResidualBlock> Stage(ResNetConfig config, int stage)
    {
        var blocks = new ResidualBlock[config.Depths[stage]];
        for (var i = 0; i < blocks.Length; i++)
        {
            var input =
                i > 0 ? config.OutputOf(stage)
                : stage > 0 ? config.OutputOf(stage - 1)
                : config.Width;
            var stride = i == 0 && stage > 0 ? 2 : 1;
            blocks[i] =
                config.Block == ResNetBlock.Basic
                    ? ResidualBlock.Basic(input, config.WidthOf(stage), stride)
                    : ResidualBlock.Bottleneck(input, config.WidthOf(stage), stride);
        }
        return nn.ModuleList(blocks);
    }

    // Norms start at one and zero, and the classifier as nn.Linear makes it.
    private void Initialize(ResNetConfig config)
    {
        Initialization.Apply(
            this,
            module =>
            {
                if (module is Conv2d convolution)
                {
                    nn.init.kaiming_normal_(
                        convolution.weight,
                        mode: nn.init.FanInOut.FanOut,
                        nonlinearity: nn.init.NonlinearityType.ReLU
                    );
                }

                if (module is ResidualBlock block && config.ZeroInitResidual)
                {
                    nn.init.zeros_(block.LastNorm.weight!);
                }
            }
        );
    }
}
