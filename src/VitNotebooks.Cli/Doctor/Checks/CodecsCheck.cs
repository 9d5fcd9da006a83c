using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>The libraries that read images.</summary>
internal sealed class CodecsCheck : IDoctorCheck
{
    internal sealed record Codec(string Format, string Library, bool Loads);

    internal sealed record Facts(IReadOnlyList<Codec> Libraries);

    private static readonly (string Format, string Library, string Package)[] Known =
    [
        ("JPEG", "libturbojpeg.so.0", "libturbojpeg0"),
        ("PNG", "libspng.so.0", "libspng0"),
        ("WebP", "libwebp.so.7", "libwebp7"),
    ];

    public string Name => "codecs";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var codecs = Known
            .Select(known => new Codec(known.Format, known.Library, machine.Loads(known.Library)))
            .ToList();
        var findings = Known
            .Where((_, i) => !codecs[i].Loads)
            .Select(known => new Finding(
                Name,
                FindingLevel.Missing,
                $"{known.Library} is not on this machine: {known.Format} files cannot be read.",
                // Ubuntu calls the first one otherwise.
                known.Package == "libturbojpeg0"
                    ? "sudo apt-get install -y libturbojpeg0 || sudo apt-get install -y libturbojpeg"
                    : $"sudo apt-get install -y {known.Package}"
            ))
            .ToList();
        var line = string.Join(", ", codecs.Select(c => $"{c.Format}: {(c.Loads ? c.Library : "missing")}"));
        return new(new Facts(codecs), line, findings);
    }
}
