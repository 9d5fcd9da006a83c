using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace VitNotebooks.GpuCheck;

/// <summary>Runs the tests of an assembly inside this process with xunit's own execution, and prints a line a test.</summary>
internal static class TestRun
{
    /// <summary>Runs; 0 where something passed and nothing failed.</summary>
    /// <param name="assemblyName">The test assembly.</param>
    /// <param name="words"><c>--only</c>, <c>--without</c>: text in a test's name; <c>--category</c>, <c>--without-category</c>:
    /// its trait; each may be given more than once.</param>
    public static int Of(string assemblyName, string[] words)
    {
        var choice = TestChoice.Parse(words);
        var assembly = Assembly.Load(assemblyName);
        var options = new TestOptions();
        using var framework = new XunitTestFramework(new Sink(_ => { }));
        var found = new List<ITestCase>();
        using (var discovered = new ManualResetEventSlim())
        using (var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly)))
        {
            discoverer.Find(
                includeSourceInformation: false,
                new Sink(message =>
                {
                    if (message is ITestCaseDiscoveryMessage one)
                    {
                        found.Add(one.TestCase);
                    }

                    if (message is IDiscoveryCompleteMessage)
                    {
                        discovered.Set();
                    }
                }),
                options
            );
            discovered.Wait();
        }
        var chosen = found.Where(choice.Takes).ToList();
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine(
                $"None of the {found.Count} tests of {assemblyName} is chosen by '{string.Join(' ', words)}'."
            );
            return 2;
        }
        var report = new TestReport(Console.Out);
        using (var executor = framework.GetExecutor(assembly.GetName()))
        using (var finished = new ManualResetEventSlim())
        {
            executor.RunTests(
                chosen,
                new Sink(message =>
                {
                    report.Note(message);
                    if (message is ITestAssemblyFinished)
                    {
                        finished.Set();
                    }
                }),
                options
            );
            finished.Wait();
        }
        Console.WriteLine(report.Summary);
        return report.ExitCode;
    }

    private sealed class Sink(Action<IMessageSinkMessage> take) : IMessageSink
    {
        private readonly Lock _gate = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (_gate)
            {
                take(message);
            }

            return true; // go on
        }
    }

    /// <summary>One test at a time: races for a core, or a GPU's memory, would only confuse.</summary>
    private sealed class TestOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal)
        {
            ["xunit.execution.DisableParallelization"] = (bool?)true,
            ["xunit.discovery.PreEnumerateTheories"] = (bool?)true,
        };

        public TValue GetValue<TValue>(string name) =>
            _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
