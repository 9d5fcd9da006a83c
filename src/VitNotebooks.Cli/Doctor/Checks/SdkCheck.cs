using System.Runtime.InteropServices;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>The .NET that runs this, and the SDK that builds the project and resolves <c>#r "nuget:"</c>.</summary>
internal sealed class SdkCheck : IDoctorCheck
{
    internal sealed record Facts(string Runtime, IReadOnlyList<string> Sdks);

    public string Name => "sdk";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        string[] sdks =
        [
            .. (machine.Output("dotnet", ["--list-sdks"]) ?? "")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ')[0]),
        ];
        var runtime = RuntimeInformation.FrameworkDescription;
        List<Finding> findings = [];
        if (!sdks.Any(sdk => int.TryParse(sdk.Split('.')[0], out var major) && major >= 10))
        {
            findings.Add(
                new(
                    Name,
                    // A published executable brings its runtime along.
                    Environment.ProcessPath
                        is { } own
                    && Path.GetFileNameWithoutExtension(own) != "dotnet"
                        ? FindingLevel.Note
                        : FindingLevel.Missing,
                    $"there is no .NET 10 SDK ({(sdks.Length == 0 ? "no SDK at all" : "only " + string.Join(", ", sdks))}): "
                        + "the project cannot be built, and a notebook's #r \"nuget: ...\" cannot be resolved.",
                    "curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 && export PATH=\"$HOME/.dotnet:$PATH\""
                )
            );
        }

        var line = sdks.Length == 0 ? $"{runtime}, no SDK" : $"{runtime}, SDK {string.Join(", ", sdks)}";
        return new(new Facts(runtime, sdks), line, findings);
    }
}
