using System.Globalization;
using VitNotebooks.Training;

namespace VitNotebooks.Interactive;

/// <summary>A training run: how it ended, its curves, its epochs as a table.</summary>
internal static class RunFormatter
{
    public static string ToHtml(TrainingRun run)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"<h4>{Markup.Escape(run.Model)} on {Markup.Escape(run.Data)}, seed {run.Seed}</h4>"
                + $"<p>{Markup.Escape(run.Status.ToString())}; test accuracy {HtmlBlock.Percent(run.Accuracy)} after {run.Epochs.Count} epochs in {Seconds(run.Elapsed)}, {run.StepMilliseconds:0} ms an update</p>"
        );
        if (run.Broken.Count > 0)
        {
            head += $"<p>{Markup.Escape(run.Broken.ToString())}; run.json lists all</p>";
        }

        if (run.Epochs.Count == 0)
        {
            return HtmlBlock.Wrap(head);
        }

        var table = HtmlBlock.Table(
            ["epoch", "learning rate", "loss", "train accuracy", "test loss", "test accuracy", "img/s", "time"],
            run.Epochs.Select(e =>
                (IReadOnlyList<string>)
                    [
                        (e.Epoch + 1).ToString(CultureInfo.InvariantCulture),
                        HtmlBlock.Number(e.LearningRate, "0.00e0"),
                        HtmlBlock.Number(e.TrainLoss, "0.000"),
                        HtmlBlock.Percent(e.TrainAccuracy),
                        HtmlBlock.Number(e.TestLoss, "0.000"),
                        HtmlBlock.Percent(e.TestAccuracy),
                        HtmlBlock.Number(e.ImagesPerSecond, "0"),
                        Seconds(TimeSpan.FromSeconds(e.Seconds + e.EvaluationSeconds)),
                    ]
            )
        );
        var folded =
            $"<details><summary>{run.Epochs.Count} epochs as a table</summary>{table}</details><p class=\"vn-mute\">{Markup.Escape(run.Folder)}</p>";
        return HtmlBlock.Wrap(head + folded) + RunFigures.Accuracy(run).ToHtml();
    }

    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min");
}
