using System.Diagnostics;
using System.Runtime.InteropServices;
using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

/// <summary>A real SIGINT, as Ctrl-C sends it, to a training process of its own.</summary>
[Collection(Alone.Name)]
public partial class InterruptTests
{
    private const int Interrupt = 2;

    /// <summary>Whoever runs the tests may ignore SIGINT (a job in the background does), and children inherit that.</summary>
    private const string Prefix = "exec env --default-signal=INT";

    [Fact]
    public void Fit_SigInt_SavesSaysHowToGoOnAndEndsInTheBitsOfAnUnbrokenRun()
    {
        using TemporaryFolder folder = new();
        using (var whole = CrashTests.Start(folder["whole"], Prefix))
        {
            whole.StandardOutput.ReadToEnd().ShouldContain($"completed {CrashTests.Epochs}");
        }
        using (var stopped = CrashTests.Start(folder["stopped"], Prefix))
        {
            stopped.StandardOutput.ReadLine().ShouldNotBeNull().ShouldStartWith("step ");
            Kill(stopped.Id, Interrupt).ShouldBe(0);
            var said = stopped.StandardOutput.ReadToEnd();
            stopped.WaitForExit();
            stopped.ExitCode.ShouldBe(130, said);
            said.ShouldContain("interrupted Stopped after update ");
            said.ShouldContain($"saved in {folder["stopped"]}. Start the same run again and it goes on from there");
        }
        TrainingRun.Load(folder["stopped"]).Status.ShouldBe(RunStatus.Interrupted);
        using (var rest = CrashTests.Start(folder["stopped"], Prefix))
        {
            rest.StandardOutput.ReadToEnd().ShouldContain($"completed {CrashTests.Epochs}");
        }
        RunBytes.ShouldBeEqual(folder["whole"], folder["stopped"]);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
