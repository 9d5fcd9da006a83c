using Shouldly;

namespace VitNotebooks.Tests.Training;

/// <summary>Two runs are the same when all that holds numbers of the training is the same, byte for byte.</summary>
internal static class RunBytes
{
    public static void ShouldBeEqual(string expected, string actual)
    {
        var latest = File.ReadAllText(Path.Combine(expected, "checkpoints", "latest")).Trim();
        File.ReadAllText(Path.Combine(actual, "checkpoints", "latest")).Trim().ShouldBe(latest);
        foreach (var name in new[] { "final.safetensors", "best.safetensors", Path.Combine("checkpoints", latest) })
        {
            File.ReadAllBytes(Path.Combine(actual, name))
                .AsSpan()
                .SequenceEqual(File.ReadAllBytes(Path.Combine(expected, name)))
                .ShouldBeTrue(name);
        }
        Numbers(actual).ShouldBe(Numbers(expected));
    }

    /// <summary>Rows of metrics.csv up to the test accuracy; what follows is wall time and memory.</summary>
    private static string[] Numbers(string folder) =>
        [
            .. File.ReadAllLines(Path.Combine(folder, "metrics.csv"))
                .Select(l => string.Join(',', l.Split(',').Take(10))),
        ];
}
