using System.Reflection;
using VitNotebooks.Cli;
using VitNotebooks.GpuCheck;

// One executable for machines without .NET; eng/gpu-check.sh makes and runs it.
switch (args)
{
    case ["test", .. var rest]:
        return TestRun.Of("VitNotebooks.Torch.Tests", rest);
    case ["race", .. var rest]:
        return (int)
            Assembly
                .Load("VitNotebooks.Benchmarks")
                .EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [rest], null)!;
    case ["vitnb", .. var rest]:
        return await CommandLineHost.InvokeAsync(rest);
    default:
        Console.Error.WriteLine(
            $"Given '{string.Join(' ', args)}'; expected one of: test [--only TEXT] [--without TEXT] [--category NAME] [--without-category NAME] | "
                + "race ARGUMENTS of VitNotebooks.Benchmarks | vitnb ARGUMENTS."
        );
        return 2;
}
