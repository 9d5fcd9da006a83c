using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>
/// What a run's bits depend on beside its identity: the build of this package, libtorch and its build, BLAS, threads, the
/// processor and what of it is used, the model's device. It stands in <c>config.json</c> and in the metadata of every
/// checkpoint. It is not part of the identity, so a run can be taken to another machine, but only by a caller who says so.
/// </summary>
internal static class RunEnvironment
{
    /// <summary>The package's version, without the commit: part of a run's identity.</summary>
    public static string PackageVersion { get; } = Package().Split('+')[0];

    /// <summary>The environment of the calling thread; the number of threads belongs to it.</summary>
    /// <param name="device">Where the model is; null to leave it out.</param>
    public static JsonObject Of(torch.Device? device)
    {
        var runtime = TorchRuntime.Current;
        JsonObject environment = new()
        {
            ["package"] = Package(),
            ["torch"] = runtime.Version,
            ["torchBuild"] = runtime.Build,
            ["blas"] = runtime.Blas,
            ["blasKernels"] = Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") ?? "chosen by the library",
            ["threads"] = runtime.Threads.ToString(CultureInfo.InvariantCulture),
            ["cpuCapability"] = runtime.CpuCapability,
            ["processor"] = Machine.Processor(),
        };
        if (device is not null)
        {
            environment["device"] = device.ToString();
        }
        return environment;
    }

    /// <summary>The environment of a run of this model.</summary>
    public static JsonObject Of(VisionModel model) => Of(model.parameters().FirstOrDefault()?.device);

    /// <summary>What differs, as "threads is "2" there and "1" here"; empty when the bits will be the same.</summary>
    public static IReadOnlyList<string> Differences(JsonNode? there, JsonNode here)
    {
        List<string> differences = [];
        RunIdentity.Compare("", there as JsonObject ?? [], here, differences);
        return differences;
    }

    private static string Package() =>
        typeof(RunEnvironment)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";
}
