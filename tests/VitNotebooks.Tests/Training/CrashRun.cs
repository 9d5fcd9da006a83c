using VitNotebooks.Training;

namespace VitNotebooks.Tests.Training;

/// <summary>The run that the crash and interrupt tests start as a process of its own and kill or stop.</summary>
internal static class CrashRun
{
    public const string FolderVariable = "VITNB_TEST_CRASH_RUN";

    public static TrainingRecipe Recipe { get; } = TinyTask.Recipe(epochs: CrashTests.Epochs);

    /// <summary>Trains and prints a line at the start of each update's report.</summary>
    public static int Train(string folder)
    {
        try
        {
            var run = TinyTask
                .Trainer(folder, Recipe)
                .HandleCtrlC(true)
                .CheckpointEvery(2)
                .OnProgress(new Lines())
                .Fit();
            Console.WriteLine($"completed {run.Epochs.Count}");
            return 0;
        }
        catch (TrainingInterruptedException e)
        {
            Console.WriteLine($"interrupted {e.Message}");
            return 130;
        }
        catch (RunWriteException e)
        {
            Console.WriteLine($"refused {e.Message}");
            return 3;
        }
    }

    private sealed class Lines : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            Console.WriteLine($"step {value.GlobalStep}");
            Console.Out.Flush();
        }
    }
}
