using System.CommandLine;

namespace VitNotebooks.Cli;

/// <summary>TorchSharp reads neither numpy's files nor torch.save's.</summary>
internal static class ForwardCommand
{
    public static Command Create()
    {
        var command = new Command("forward", "Not with TorchSharp: reads and writes numpy's files.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            (Func<ParseResult, int>)(
                _ =>
                    throw new UserErrorException(
                        "forward reads .npy and writes .npz, which TorchSharp does not; build with the default TorchProvider."
                    )
            )
        );
        return command;
    }
}
