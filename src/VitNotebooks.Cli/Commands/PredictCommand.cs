using System.CommandLine;
using VitNotebooks.Evaluation;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb predict CHECKPOINT IMAGE</c>.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A model of this package, a .safetensors file such as final.safetensors of a run.",
        };
        var image = new Argument<string>("IMAGE") { Description = "A JPEG or PNG file of any size." };
        var top = new Option<int>("--top") { Description = "How many classes to name.", DefaultValueFactory = _ => 5 };
        var command = new Command("predict", "Asks a trained model what is in a picture.") { checkpoint, image, top };
        command.SetAction(parsed => Run(parsed.GetValue(checkpoint)!, parsed.GetValue(image)!, parsed.GetValue(top)));
        return command;
    }

    private static int Run(string checkpoint, string image, int top)
    {
        if (!File.Exists(checkpoint))
        {
            throw new UserErrorException(
                $"There is no checkpoint {checkpoint}; a run's folder has final.safetensors and best.safetensors."
            );
        }

        if (!File.Exists(image))
        {
            throw new UserErrorException($"There is no image {image}; give the path of a JPEG or PNG file.");
        }

        if (top < 1)
        {
            throw new UserErrorException($"--top {top}: expected 1 or more.");
        }

        using var model = VisionCheckpoint.Load(checkpoint);
        Console.WriteLine(model.Predict(image, top));
        return ExitCode.Success;
    }
}
