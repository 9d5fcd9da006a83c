using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>Jupyter, which opens notebooks; running them needs it not.</summary>
internal sealed class JupyterCheck : IDoctorCheck
{
    internal sealed record Facts(string? Command);

    public string Name => "jupyter";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        string[] programs = ["jupyter-lab", "jupyter-notebook", "jupyter"];
        var command = programs.Select(machine.Program).FirstOrDefault(path => path is not null);
        return command is not null
            ? new(new Facts(command), command, [])
            : new(
                new Facts(null),
                "none",
                [
                    new(
                        Name,
                        FindingLevel.Note,
                        "Jupyter is not on the PATH: notebooks run and become pages with 'vitnb run', but cannot be opened in a browser to be edited.",
                        machine.Program("apt-get") is null
                            ? "pip install notebook"
                            : "sudo apt-get install -y jupyter-notebook"
                    ),
                ]
            );
    }
}
