using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>What one check saw: facts for machines, a line for people, and what it found worth saying.</summary>
/// <param name="Facts">A record whose members are the check's part of the JSON; docs/doctor.md describes each.</param>
/// <param name="Line">The same in a line.</param>
/// <param name="Findings">Nothing where all is well.</param>
internal sealed record CheckResult(object? Facts, string Line, IReadOnlyList<Finding> Findings);

/// <summary>One look at one thing. What it throws becomes a finding, so that one broken part hides no other.</summary>
internal interface IDoctorCheck
{
    /// <summary>Its name in both forms of the report.</summary>
    string Name { get; }

    /// <summary>Looks.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="torch">The torch layer's account, taken once for all checks.</param>
    CheckResult Run(DoctorMachine machine, TorchDiagnosis torch);
}

/// <summary>All checks of one run of <c>vitnb doctor</c>.</summary>
internal sealed record DoctorReport(IReadOnlyList<(string Name, CheckResult Result)> Checks)
{
    /// <summary>Names the form of the JSON; members are added under it, none is renamed or taken away.</summary>
    public const string Schema = "vitnb-doctor/1";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The checks in the order of the report.</summary>
    public static IReadOnlyList<IDoctorCheck> All { get; } =
    [
        new SdkCheck(),
        new LibtorchCheck(),
        new NativeModulesCheck(),
        new BlasCheck(),
        new ThreadsCheck(),
        new CudaCheck(),
        new CodecsCheck(),
        new JupyterCheck(),
        new FoldersCheck(),
    ];

    /// <summary>Everything found, the gravest first.</summary>
    public IReadOnlyList<Finding> Findings =>
        [.. Checks.SelectMany(check => check.Result.Findings).OrderByDescending(finding => finding.Level)];

    /// <summary>0, or 1 when something needed is missing.</summary>
    public int ExitCode =>
        Findings.Any(f => f.Level == FindingLevel.Missing) ? Cli.ExitCode.SomethingMissing : Cli.ExitCode.Success;

    /// <summary>Runs the checks.</summary>
    public static DoctorReport Of(DoctorMachine machine, IReadOnlyList<IDoctorCheck>? checks = null)
    {
        TorchDiagnosis torch;
        try
        {
            torch = machine.Torch();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var fault = Causes.Of(e).Message;
            torch = new(null, fault, null, fault, null, [], [], null);
        }
        return new([.. (checks ?? All).Select(check => (check.Name, Run(check, machine, torch)))]);
    }

    /// <summary>The report as one JSON object; docs/doctor.md describes it.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["schema"] = Schema,
                ["exitCode"] = ExitCode,
                ["findings"] = Findings,
                ["facts"] = Checks.ToDictionary(check => check.Name, check => check.Result.Facts),
            },
            Json
        );

    /// <summary>The report for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, result) in Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name, -9} {result.Line}\n");
        }

        foreach (var finding in Findings)
        {
            var level = finding.Level.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"\n{level, -9} {finding.Check}: {finding.Text}\n");
            if (finding.Remedy is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{"", -9} mend it: {finding.Remedy}\n");
            }
        }
        var (missing, slow) = (Count(FindingLevel.Missing), Count(FindingLevel.Slow));
        text.Append('\n')
            .Append(
                (missing, slow) switch
                {
                    (0, 0) => "All is there, and nothing is slower than it need be.",
                    (0, _) => $"All is there; slower than it need be: {slow}.",
                    _ => $"Missing: {missing}; slower than it need be: {slow}.",
                }
            );
        return text.ToString();

        int Count(FindingLevel of) => Findings.Count(f => f.Level == of);
    }

    private static CheckResult Run(IDoctorCheck check, DoctorMachine machine, TorchDiagnosis torch)
    {
        try
        {
            return check.Run(machine, torch);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var cause = Causes.Of(e);
            var text = $"the check itself failed, so nothing is known here: {cause.GetType().Name}: {cause.Message}";
            return new(null, "unknown", [new(check.Name, FindingLevel.Note, text)]);
        }
    }
}
