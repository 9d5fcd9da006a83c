using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Watches one forward pass of a model: which module ran when, what came out, and how many products it took.</summary>
internal sealed class SummaryRecorder
{
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly List<Action> _hooks = [];
    private int _order;

    private sealed class Seen(nn.Module module)
    {
        public nn.Module Module { get; } = module;
        public int Order { get; set; } = int.MaxValue;
        public IReadOnlyList<long> Shape { get; set; } = [];
        public long Bytes { get; set; }
        public long LayerMacs { get; set; }
        public long NormMacs { get; set; }
    }

    public static ModelSummary Record(VisionModel model)
    {
        var recorder = new SummaryRecorder();
        var training = model
            .named_modules()
            .Select(m => (m.module, m.module.training))
            .Append((model, model.training))
            .ToArray();
        try
        {
            model.eval();
            recorder.Watch(model);
            var products = MatrixProducts.Count(() => Run(model));
            return recorder.Node("", model, products) with { CountsAllProducts = products is not null };
        }
        finally
        {
            foreach (var hook in recorder._hooks)
            {
                hook();
            }

            foreach (var (module, mode) in training)
            {
                SetMode(module, mode);
            }
        }
    }

    private static void Run(VisionModel model)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var like = model.parameters().First();
        var (config, side) = (model.Config, model.Config.ImageSize);
        var images = zeros(1, config.Channels, side, side, dtype: like.dtype, device: like.device);
        var features = model.forward_features(images);
        model.forward_head(features).Dispose();
        using var generator = new Generator(0, CPU);
        foreach (var loss in model.auxiliary_losses)
        {
            loss.forward(features, generator).Dispose();
        }
    }

    private static void SetMode(nn.Module module, bool training)
    {
        if (module.training != training)
        {
            module.train(training);
        }
    }

    private void Watch(VisionModel model)
    {
        _seen[""] = new Seen(model) { Order = -1, Shape = [1, model.Config.Classes] };
        foreach (var (path, module) in model.named_modules())
        {
            if (path.Length == 0)
            {
                continue;
            }

            var seen = _seen[path] = new Seen(module);
            switch (module)
            {
                case nn.Module<Tensor, Tensor> one:
                    _hooks.Add(one.register_forward_pre_hook((_, input) => Enter(path, seen, input)).remove);
                    _hooks.Add(one.register_forward_hook((_, _, output) => Leave(seen, output)).remove);
                    break;
                case nn.Module<Tensor, Tensor, Tensor> two:
                    _hooks.Add(
                        two.register_forward_pre_hook(
                            (_, input1, input2) =>
                            {
                                Enter(path, seen, input1);
                                return (input1, input2);
                            }
                        ).remove
                    );
                    _hooks.Add(two.register_forward_hook((_, _, _, output) => Leave(seen, output)).remove);
                    break;
            }
        }
    }

    private readonly Stack<IDisposable> _ranges = new();

    private Tensor Enter(string path, Seen seen, Tensor input)
    {
        seen.Order = Math.Min(seen.Order, _order++);
        _ranges.Push(MatrixProducts.Inside(path));
        return input;
    }

    private Tensor Leave(Seen seen, Tensor output)
    {
        _ranges.Pop().Dispose();
        seen.Shape = output.shape;
        seen.Bytes += output.numel() * output.element_size();
        seen.LayerMacs += seen.Module switch
        {
            Linear linear => output.numel() * linear.weight.shape[1],
            Conv2d conv => output.numel() * conv.weight.shape[1] * conv.weight.shape[2] * conv.weight.shape[3],
            _ => 0,
        };
        seen.NormMacs += NormRate(seen.Module) * output.numel();
        return output;
    }

    // fvcore's (facebookresearch/fvcore 3378afe fvcore/nn/jit_handles.py), in evaluation: what a norm costs a value.
    private static int NormRate(nn.Module module)
    {
        var affine = module.parameters(recurse: false).Any();
        return module switch
        {
            BatchNorm1d or BatchNorm2d or BatchNorm3d => affine ? 2 : 1,
            LayerNorm or GroupNorm or InstanceNorm1d or InstanceNorm2d or InstanceNorm3d => affine ? 5 : 4,
            _ => 0,
        };
    }

    private ModelSummary Node(string path, nn.Module module, IReadOnlyDictionary<string, long>? products)
    {
        var seen = _seen[path];
        var children = module
            .named_children()
            .Select(child => (Path: path.Length == 0 ? child.name : $"{path}.{child.name}", child.module))
            .Where(child => _seen.ContainsKey(child.Path))
            .Select(child =>
                (First: First(child.Path, child.module), child.module, Node: Node(child.Path, child.module, products))
            )
            .OrderBy(child => child.First)
            .Where(child =>
                child.Node.Parameters > 0
                || child.Node.Macs > 0
                || child.Node.Children.Count > 0
                || child.module is AuxiliaryLoss
            )
            .Select(child => child.Node)
            .ToArray();
        long parameters = 0,
            frozen = 0;
        foreach (var parameter in module.parameters())
        {
            parameters += parameter.numel();
            frozen += parameter.requires_grad ? 0 : parameter.numel();
        }
        var own = (products is null ? seen.LayerMacs : products.GetValueOrDefault(path)) + seen.NormMacs;
        return new ModelSummary(
            path,
            module.GetType().Name.Split('`')[0], // ModuleList, and not ModuleList`1
            seen.Shape.Count > 0 || children.Length == 0 ? seen.Shape : children[^1].OutputShape,
            parameters,
            frozen,
            own + children.Sum(child => child.Macs),
            children.Length == 0 ? seen.Bytes : children.Sum(child => child.ActivationBytes),
            children
        );
    }

    // A list of modules never runs itself: it stands where its first part ran.
    private int First(string path, nn.Module module) =>
        module
            .named_modules()
            .Select(inner =>
                _seen.GetValueOrDefault(inner.name.Length == 0 ? path : $"{path}.{inner.name}")?.Order ?? int.MaxValue
            )
            .Append(_seen[path].Order)
            .Min();
}
