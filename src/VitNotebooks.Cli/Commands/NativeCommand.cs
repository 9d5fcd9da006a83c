using System.CommandLine;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb native FOLDER</c>: what eng/pack.sh puts into the package, so that its users need no compiler.</summary>
internal static class NativeCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where they go; made if needed." };
        var command = new Command("native", "Writes the native modules for this machine's libtorch into a folder.")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            foreach (var path in TorchRuntime.WriteNativeModules(parsed.GetValue(folder)!))
            {
                Console.WriteLine(path);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
