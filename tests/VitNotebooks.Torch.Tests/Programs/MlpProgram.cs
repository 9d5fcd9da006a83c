using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Programs;

/// <summary>A small regression as a TorchSharp user writes it on the first day.</summary>
public static class MlpProgram
{
    /// <returns>The losses of the first and the last step.</returns>
    public static (float First, float Last) Run()
    {
        random.manual_seed(1);
        var lin1 = Linear(1000, 100);
        var lin2 = Linear(100, 10);
        var seq = Sequential(("lin1", lin1), ("relu1", ReLU()), ("drop1", Dropout(0.1)), ("lin2", lin2));

        using var x = randn(64, 1000);
        using var y = randn(64, 10);

        var optimizer = torch.optim.Adam(seq.parameters());
        var (first, last) = (0f, 0f);

        for (var i = 0; i < 30; i++)
        {
            using var eval = seq.forward(x);
            using var output = mse_loss(eval, y, Reduction.Sum);

            optimizer.zero_grad();

            output.backward();

            optimizer.step();

            last = output.ToSingle();
            if (i == 0)
            {
                first = last;
            }
        }
        return (first, last);
    }
}
