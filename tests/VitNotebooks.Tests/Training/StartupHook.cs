using VitNotebooks.Tests.Training;

/// <summary>
/// Makes this assembly the program of the crash tests: .NET calls <see cref="Initialize"/> before main when
/// DOTNET_STARTUP_HOOKS names the assembly, and only the crash tests do that.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(CrashRun.FolderVariable) is { Length: > 0 } folder)
        {
            Environment.Exit(CrashRun.Train(folder));
        }
    }
}
