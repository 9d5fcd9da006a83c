using System.Globalization;
using Xunit.Abstractions;

namespace VitNotebooks.GpuCheck;

/// <summary>A line a test, as it ends; a crash leaves the name of the test that was running.</summary>
internal sealed class TestReport(TextWriter output)
{
    private int _passed,
        _failed,
        _skipped;

    public string Summary => $"{_passed} passed, {_failed} failed, {_skipped} skipped";

    public int ExitCode => _failed == 0 && _passed > 0 ? 0 : 1;

    public void Note(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting started:
                output.Write(started.Test.DisplayName);
                output.Flush();
                break;
            case ITestPassed passed:
                _passed++;
                output.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $": passed ({passed.ExecutionTime:0.00} s)")
                );
                break;
            case ITestSkipped skipped:
                _skipped++;
                output.WriteLine($": skipped: {skipped.Reason}");
                break;
            case ITestFailed failed:
                _failed++;
                output.WriteLine(": FAILED");
                Explain(failed);
                break;
            case IErrorMessage error: // outside any test: a fixture, a crash of the runner
                Broken("the run", error);
                break;
            case ITestClassCleanupFailure cleanup:
                Broken(cleanup.TestClass.Class.Name, cleanup);
                break;
            case ITestCollectionCleanupFailure cleanup:
                Broken(cleanup.TestCollection.DisplayName, cleanup);
                break;
            case ITestAssemblyCleanupFailure cleanup:
                Broken("the end of the run", cleanup);
                break;
        }
    }

    private void Broken(string where, IFailureInformation failure)
    {
        _failed++;
        output.WriteLine($"{where}: FAILED");
        Explain(failure);
    }

    private void Explain(IFailureInformation failure)
    {
        for (var i = 0; i < failure.Messages.Length; i++)
        {
            output.WriteLine($"    {failure.ExceptionTypes[i]}: {failure.Messages[i].ReplaceLineEndings("\n    ")}");
            foreach (var line in (failure.StackTraces[i] ?? "").Split('\n').Take(6))
            {
                output.WriteLine($"    {line.TrimEnd()}");
            }
        }
        output.Flush();
    }
}
