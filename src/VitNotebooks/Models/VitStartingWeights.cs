using TorchSharp.Modules;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// The starting weights of a ViT as its origin's code draws them; with timm's and DeiT's the same seed gives the same bits, since the draws
/// come in the same order.
/// </summary>
/// <remarks>
/// Sources: <c>init_weights_vit_timm</c> of timm v1.0.28 (8ef7380), <c>_init_vit_weights</c> of timm 0.4.12, <c>models/vit.py</c> of
/// google-research/big_vision 0127fb6, <c>init_weights_vit</c> of facebookresearch/pycls 5719de6.
/// </remarks>
internal sealed class VitStartingWeights(VitConfig config)
{
    // Deviation of a standard normal that is cut at two deviations.
    private const double CutDeviation = 0.87962566103423978;

    private bool _built;

    /// <summary>Sets a classifier that takes another's place; the first one waits for its turn in <see cref="Set"/>.</summary>
    public void Head(Linear head)
    {
        if (_built)
        {
            Reset(head);
        }
    }

    /// <summary>Sets a classifier.</summary>
    public void Reset(Linear head)
    {
        if (config.Origin is VitOrigin.BigVision or VitOrigin.Pycls)
        {
            nn.init.zeros_(head.weight);
        }
        else
        {
            nn.init.trunc_normal_(head.weight, std: Initialization.Deviation);
        }

        nn.init.constant_(head.bias!, config.HeadBias);
    }

    /// <summary>Sets a whole model, but for what its user wrote.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positions">Its learned positions.</param>
    /// <param name="classToken">Its class token.</param>
    public void Set(VisionModel model, Parameter? positions, Parameter? classToken)
    {
        SetTokens(positions, classToken);
        Action<nn.Module> reset = config.Origin switch
        {
            VitOrigin.BigVision => ResetAsBigVision,
            VitOrigin.Pycls => ResetAsPycls,
            _ => ResetAsTimm,
        };
        foreach (var (name, child) in model.named_children())
        {
            if (name == model.classifier_name && child is Linear head && config.Head is null)
            {
                Reset(head);
            }
            else
            {
                Initialization.Apply(child, reset);
            }
        }
        _built = true;
    }

    private void SetTokens(Parameter? positions, Parameter? classToken)
    {
        if (config.Distilled)
        {
            DrawOnce(positions!); // the undistilled model that the authors' constructor builds first
        }
        else if (positions is not null)
        {
            if (config.Origin == VitOrigin.BigVision)
            {
                nn.init.normal_(positions, std: 1 / Math.Sqrt(config.EmbedDim));
            }
            else if (config.Origin == VitOrigin.Pycls)
            {
                nn.init.normal_(positions, std: Initialization.Deviation);
            }
            else
            {
                nn.init.trunc_normal_(positions, std: Initialization.Deviation);
            }
        }
        if (classToken is null)
        {
            return;
        }

        if (config.Origin == VitOrigin.Timm)
        {
            nn.init.normal_(classToken, std: 1e-6);
        }
        else if (config.Origin == VitOrigin.DeiT)
        {
            nn.init.trunc_normal_(classToken, std: Initialization.Deviation);
        }
    }

    private static void DrawOnce(Parameter positions)
    {
        using var unused = empty(1, positions.shape[1] - 1, positions.shape[2]);
        nn.init.trunc_normal_(unused, std: Initialization.Deviation);
    }

    private static void ResetAsTimm(nn.Module module)
    {
        if (module is AttentionPool pool)
        {
            pool.ResetLatent();
        }
        else
        {
            Initialization.Reset(module);
        }
    }

    // flax draws queries, keys and values apart, so that the bound of each is that of a square matrix.
    private static void ResetAsBigVision(nn.Module module)
    {
        switch (module)
        {
            case Conv2d convolution:
                LecunNormal(convolution.weight);
                Zero(convolution.bias);
                break;
            case PreLogits:
                LecunNormal(module.get_parameter("fc.weight")!);
                Zero(module.get_parameter("fc.bias"));
                break;
            case SelfAttention:
                Square(module.get_parameter("qkv.weight")!);
                Zero(module.get_parameter("qkv.bias"));
                Square(module.get_parameter("proj.weight")!);
                Zero(module.get_parameter("proj.bias"));
                break;
            case AttentionPool:
                Square(module.get_parameter("q.weight")!);
                Zero(module.get_parameter("q.bias"));
                Square(module.get_parameter("kv.weight")!);
                Zero(module.get_parameter("kv.bias"));
                Square(module.get_parameter("proj.weight")!);
                Zero(module.get_parameter("proj.bias"));
                var latent = module.get_parameter("latent")!;
                var bound = Math.Sqrt(6.0 / (1 + latent.shape[^1]));
                nn.init.uniform_(latent, -bound, bound);
                break;
            case Mlp:
                ResetMlp(module);
                break;
        }
    }

    private static void ResetAsPycls(nn.Module module)
    {
        switch (module)
        {
            case ConvStem:
                foreach (var (name, child) in module.named_children())
                {
                    if (child is Conv2d convolution)
                    {
                        nn.init.normal_(
                            convolution.weight,
                            std: Math.Sqrt((name == "proj" ? 1.0 : 2.0) / convolution.weight.shape[0])
                        );
                    }
                }

                Zero(module.get_parameter("proj.bias"));
                break;
            case PatchEmbedding:
                var patches = module.get_parameter("proj.weight")!;
                nn.init.trunc_normal_(patches, std: Math.Sqrt(1.0 / FanIn(patches)));
                Zero(module.get_parameter("proj.bias"));
                break;
            case SelfAttention: // PyTorch's own attention: queries, keys and values are one matrix, the projection stays as it was made
                nn.init.xavier_uniform_(module.get_parameter("qkv.weight")!);
                Zero(module.get_parameter("qkv.bias"));
                Zero(module.get_parameter("proj.bias"));
                break;
            case Mlp:
                ResetMlp(module);
                break;
        }
    }

    private static void ResetMlp(nn.Module mlp)
    {
        foreach (var layer in (ReadOnlySpan<string>)["fc1", "fc2"])
        {
            nn.init.xavier_uniform_(mlp.get_parameter($"{layer}.weight")!);
            nn.init.normal_(mlp.get_parameter($"{layer}.bias")!, std: 1e-6);
        }
    }

    private static void LecunNormal(Tensor weight) =>
        Initialization.CutNormal(weight, Math.Sqrt(1.0 / FanIn(weight)) / CutDeviation);

    private static void Square(Tensor weight)
    {
        var bound = Math.Sqrt(6.0 / (2 * weight.shape[1]));
        nn.init.uniform_(weight, -bound, bound);
    }

    private static long FanIn(Tensor weight) => weight.numel() / weight.shape[0];

    private static void Zero(Tensor? bias)
    {
        if (bias is not null)
        {
            nn.init.zeros_(bias);
        }
    }
}
