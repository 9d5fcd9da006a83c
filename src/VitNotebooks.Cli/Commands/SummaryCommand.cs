using System.CommandLine;
using System.Net;
using System.Text.Json;
using VitNotebooks.Models;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb summary NAME</c>: shapes, parameters, multiply-adds and activation memory of a model.</summary>
internal static class SummaryCommand
{
    private static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A registered model; vitnb models lists all." };
        var classes = new Option<int?>("--classes") { Description = "Number of classes; by default the name's." };
        var size = new Option<int?>("--image-size")
        {
            Description = "Side of the image in pixels; by default the name's.",
        };
        var format = new Option<string>("--format")
        {
            Description =
                "text, the whole tree; markdown, a table of its upper two levels; html, a page where it folds.",
            DefaultValueFactory = _ => "text",
        };
        var json = new Option<bool>("--json") { Description = "The whole tree as one JSON object." };
        var command = new Command("summary", "Builds a model and describes it, module by module, for one image.")
        {
            name,
            classes,
            size,
            format,
            json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetResult(format) is { Implicit: false })
            {
                throw new UserErrorException(
                    $"--json and --format {parsed.GetValue(format)} are two forms of one summary; give one of the two."
                );
            }

            var render = Form(parsed.GetValue(json) ? "json" : parsed.GetValue(format)!);
            // What it weighs does not depend on its weights, and the largest models have gigabytes of them.
            using var model = VisionModels
                .ConfigOf(parsed.GetValue(name)!)
                .Resized(parsed.GetValue(classes), parsed.GetValue(size))
                .BuildEmpty();
            Console.Write(render(model, model.summary()));
            return ExitCode.Success;
        });
        return command;
    }

    private static Func<VisionModel, ModelSummary, string> Form(string format) =>
        format switch
        {
            "text" => (_, summary) => summary.ToString(),
            "markdown" => (_, summary) => summary.ToMarkdown(),
            "html" => Page,
            "json" => (_, summary) => JsonSerializer.Serialize(summary, JsonForm) + "\n",
            _ => throw new UserErrorException($"--format {format}: expected text, markdown or html, or --json."),
        };

    private static string Page(VisionModel model, ModelSummary summary)
    {
        var title = WebUtility.HtmlEncode(model.Config.Name);
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
            + $"<title>{title}</title></head>\n<body style=\"font-family:system-ui,sans-serif\"><h1 style=\"font-size:18px\">{title}</h1>\n"
            + $"{summary.ToHtml()}\n</body></html>\n";
    }
}
