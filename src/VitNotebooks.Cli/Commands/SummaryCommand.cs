using System.CommandLine;
using VitNotebooks.Models;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb summary NAME</c>: shapes, parameters, multiply-adds and activation memory of a model.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A registered model; vitnb models lists all." };
        var classes = new Option<int?>("--classes") { Description = "Number of classes; by default the name's." };
        var size = new Option<int?>("--image-size")
        {
            Description = "Side of the image in pixels; by default the name's.",
        };
        var markdown = new Option<bool>("--markdown") { Description = "A Markdown table of the upper two levels." };
        var command = new Command("summary", "Builds a model and describes it, module by module, for one image.")
        {
            name,
            classes,
            size,
            markdown,
        };
        command.SetAction(parsed =>
        {
            using var model = VisionModels.Create(
                parsed.GetValue(name)!,
                parsed.GetValue(classes),
                parsed.GetValue(size)
            );
            var summary = model.summary();
            Console.Write(parsed.GetValue(markdown) ? summary.ToMarkdown() : summary.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
