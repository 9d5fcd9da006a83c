using System.CommandLine;
using System.Globalization;
using VitNotebooks.Data;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb data</c>: what can be fetched by name, and what can be written from what is built in.</summary>
internal static class DataCommand
{
    public static Command Create() =>
        new("data", "Datasets: lists, fetches, verifies, packs them.")
        {
            DataListCommand.Create(),
            DataGetCommand.Create(),
            DataVerifyCommand.Create(),
            DataInfoCommand.Create(),
            DataPathCommand.Create(),
            DataPackCommand.Create(),
            ExportShapes(),
        };

    private static Command ExportShapes()
    {
        var destination = new Argument<string>("DEST") { Description = "A folder, made if needed." };
        var layout = new Option<string>("--layout")
        {
            Description = "cifar: CIFAR-10's binary files. png: a folder a class.",
            DefaultValueFactory = _ => "cifar",
        };
        layout.AcceptOnlyFromAmong("cifar", "png");
        var size = new Option<int>("--size")
        {
            Description = "Side of the images in pixels.",
            DefaultValueFactory = _ => 32,
        };
        var train = new Option<int>("--train") { Description = "Training images.", DefaultValueFactory = _ => 5000 };
        var test = new Option<int>("--test") { Description = "Test images.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<long>("--seed") { Description = "Another seed draws other images." };
        var command = new Command("export-shapes", "Writes the embedded set of drawn shapes to a folder.")
        {
            destination,
            layout,
            size,
            train,
            test,
            seed,
        };
        command.SetAction(parsed =>
        {
            var options = new ShapesOptions
            {
                Size = parsed.GetValue(size),
                Train = parsed.GetValue(train),
                Test = parsed.GetValue(test),
                Seed = parsed.GetValue(seed),
            };
            Write(parsed.GetValue(destination)!, parsed.GetValue(layout)!, options);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(string destination, string layout, ShapesOptions options)
    {
        try
        {
            if (layout is "png")
            {
                SyntheticShapes.WritePngFolders(destination, options);
            }
            else
            {
                SyntheticShapes.WriteCifar(destination, options);
            }
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Train:N0} training and {options.Test:N0} test images of {options.Size} px in {Path.GetFullPath(destination)}"
            )
        );
    }
}
