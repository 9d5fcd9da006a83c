using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>An MLP with a GELU and two dropouts under the names of vit-pytorch, <c>net.0</c> and <c>net.3</c>; on tokens or on a map.</summary>
public sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly Sequential _net;

    private FeedForward(nn.Module<Tensor, Tensor> widen, nn.Module<Tensor, Tensor> narrow, double dropout)
        : base(nameof(FeedForward))
    {
        _net = nn.Sequential(widen, nn.GELU(), nn.Dropout(dropout), narrow, nn.Dropout(dropout));
        RegisterComponents();
    }

    /// <summary>On tokens, <c>[B, N, C] -> [B, N, C]</c>.</summary>
    /// <param name="embedDim">Width C.</param>
    /// <param name="hiddenDim">Width between the two linear layers.</param>
    /// <param name="dropout">Chance in [0, 1) that a number is dropped, behind the GELU and behind the output.</param>
    public static FeedForward OnTokens(int embedDim, int hiddenDim, double dropout) =>
        new(nn.Linear(embedDim, hiddenDim), nn.Linear(hiddenDim, embedDim), dropout);

    /// <summary>On a map, <c>[B, C, H, W] -> [B, C, H, W]</c>: the linear layers are 1x1 convolutions.</summary>
    /// <param name="embedDim">Channels C.</param>
    /// <param name="hiddenDim">Channels between the two convolutions.</param>
    /// <param name="dropout">Chance in [0, 1) that a number is dropped, behind the GELU and behind the output.</param>
    public static FeedForward OnMaps(int embedDim, int hiddenDim, double dropout) =>
        new(nn.Conv2d(embedDim, hiddenDim, 1), nn.Conv2d(hiddenDim, embedDim, 1), dropout);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _net.call(input);
}
