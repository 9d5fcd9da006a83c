using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Experiments;
using VitNotebooks.Models;
using Xunit;

namespace VitNotebooks.Interactive.Tests;

public sealed class NotebookFormattersTests
{
    private const string Evil = "<script>alert('x')</script>";

    public NotebookFormattersTests() => NotebookFormatters.Register();

    private static string Html(object value) => MimeBundle.Of(value).Content["text/html"];

    [Fact]
    public void Html_Model_IsATreeWithPathsToPaste()
    {
        using var model = VisionModels.Swin().Mini().Classes(10).Build();

        var html = Html(model);

        html.ShouldContain("<details open>");
        html.ShouldContain("title=\"layers.0.blocks.1\"");
        html.ShouldContain("multiply-adds and ");
        html.ShouldContain("of activations for one image");
    }

    [Fact]
    public void Html_Prediction_HasBarsAndEscapesClassNames()
    {
        var html = Html(new Prediction([(Evil, 0.75), ("cat", 0.25)]));

        html.ShouldNotContain("<script");
        html.ShouldContain("75.0 %");
        html.ShouldContain("width:165.0px");
    }

    [Fact]
    public void Html_Dataset_ShowsCountsClassesAndImages()
    {
        var html = Html(Datasets.Open("shapes").Subset(20, 10));

        html.ShouldContain("<td>training images</td><td>20</td>");
        html.ShouldContain("href=\"data:image/png;base64,");
    }

    [Fact]
    public void Html_PreviewSamples_AreAGridAlsoAsAList() =>
        Html(new List<PreviewSample> { new(new RgbImage(2, 2, new byte[12]), 0, Evil) })
            .ShouldSatisfyAllConditions(h => h.ShouldContain("<svg"), h => h.ShouldNotContain("<script"));

    [Fact]
    public void Html_Preview_IsAGridBeforeAndAfterEachStepOfSmallPictures()
    {
        var data = Datasets.Open("shapes").Subset(20, 10).Resize(160).Augment(Augmentation.RandomResizedCropFlip);

        var html = Html(data.Preview(4));

        var pipeline = data.TrainPipeline.ToString().Split(" > ");
        html.Split("<svg").Length.ShouldBe(1 + 1 + pipeline.Length);
        html.Split("<image").Length.ShouldBe(1 + 4 * (1 + pipeline.Length));
        html.ShouldContain($"{data.Name}, as in the dataset");
        html.ShouldContain("2. RandomHorizontalFlip(0.5)");
        html.Length.ShouldBeLessThan(600_000); // 160 px would be more
        MimeBundle.Of(data.Preview(4)).Content["text/plain"].ShouldContain("RandomResizedCrop(160,");
    }

    [Fact]
    public void Html_Tensor_HasShapeStatisticsAndSmallValues()
    {
        using var tensor = torch.tensor(new float[] { 1, 2, 3, 6 }).reshape(2, 2);

        var html = Html(tensor);

        html.ShouldContain("2 &#215; 2");
        html.ShouldContain("min 1, max 6, mean 3");
        html.ShouldContain("<td class=\"vn-r\">6</td>");
    }

    [Fact]
    public void Html_DisposedTensor_SaysSo()
    {
        var tensor = torch.zeros(2);
        tensor.Dispose();

        Html(tensor).ShouldContain("disposed");
    }

    [Fact]
    public void Html_PaperTable_ShowsNumbersWithTheirSource()
    {
        var html = Html(PaperTables.Drloc.FromScratch.Only("Swin-T", "CIFAR-10"));

        html.ShouldContain("59.47");
        html.ShouldContain("83.89");
        html.ShouldContain("arXiv 2106.03746");
    }

    [Fact]
    public void Html_Exception_FoldsTheTraceAndEscapesTheMessage() =>
        Html(new InvalidOperationException(Evil))
            .ShouldSatisfyAllConditions(
                h => h.ShouldContain("InvalidOperationException"),
                h => h.ShouldNotContain("<script")
            );
}
