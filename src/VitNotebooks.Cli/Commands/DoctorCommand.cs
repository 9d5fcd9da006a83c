using System.CommandLine;

namespace VitNotebooks.Cli;

/// <summary><c>vitnb doctor</c>: what this machine has, what is missing or slow, and the command that mends it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json")
        {
            Description = $"One JSON object of the schema {DoctorReport.Schema}; docs/doctor.md describes it.",
        };
        var command = new Command(
            "doctor",
            "Looks at this machine: what is missing or slow, and the command that mends it. Exit code 1 when something needed is missing."
        )
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var report = DoctorReport.Of(new DoctorMachine());
            Console.WriteLine(parsed.GetValue(json) ? report.ToJson() : report.ToString());
            return report.ExitCode;
        });
        return command;
    }
}
