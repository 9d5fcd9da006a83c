using System.Globalization;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Cli;

/// <summary>Cores that there are, cores that this process may use, and the threads that libtorch takes.</summary>
internal sealed class ThreadsCheck : IDoctorCheck
{
    internal sealed record Facts(
        int UsableCores,
        string? Affinity,
        double? Quota,
        int? Torch,
        IReadOnlyDictionary<string, string> Variables
    );

    private static readonly string[] Watched =
    [
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OMP_WAIT_POLICY",
        "OMP_PROC_BIND",
        "GOMP_SPINCOUNT",
        "KMP_BLOCKTIME",
    ];

    public string Name => "threads";

    public CheckResult Run(DoctorMachine machine, TorchDiagnosis torch)
    {
        var variables = Watched
            .Where(name => machine.Set(name) is not null)
            .ToDictionary(name => name, name => machine.Set(name)!, StringComparer.Ordinal);
        var (cores, threads) = (machine.UsableCores, torch.Runtime?.Threads);
        List<Finding> findings = [];
        if (threads < cores)
        {
            Slow(
                $"libtorch uses {Count(threads.Value, "thread")} of {cores} usable cores"
                    + Because("OMP_NUM_THREADS", "MKL_NUM_THREADS")
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $": a large op takes up to {cores / (double)threads.Value:0.#} times as long."
                    ),
                Unset("OMP_NUM_THREADS", "MKL_NUM_THREADS") ?? $"export OMP_NUM_THREADS={cores}"
            );
        }

        if (threads > cores)
        {
            Slow(
                $"libtorch uses {threads} threads on {Count(cores, "usable core")}"
                    + Because("OMP_NUM_THREADS")
                    + ": OpenMP's waiting threads spin in the way of those that work, and a step takes up to ten times as long.",
                $"export OMP_NUM_THREADS={cores}"
            );
        }

        var openBlas = torch.Blas?.Kind is BlasKind.OpenBlasOpenMp or BlasKind.OpenBlasPthread;
        if (
            openBlas
            && variables.GetValueOrDefault("OPENBLAS_NUM_THREADS") is { } few
            && int.TryParse(few, out var n)
            && n < Math.Min(cores, threads ?? cores)
        )
        {
            Slow(
                $"OPENBLAS_NUM_THREADS={few} keeps matrix products on {Count(n, "core")} of {cores}.",
                "unset OPENBLAS_NUM_THREADS"
            );
        }

        var affinity = Status(machine, "Cpus_allowed_list");
        var quota = Quota(machine);
        var line =
            $"{(threads is null ? "" : $"libtorch uses {threads}; ")}{Count(cores, "usable core")}"
            + (affinity is null ? "" : $", affinity {affinity}")
            + (
                quota is null
                    ? ""
                    : string.Create(CultureInfo.InvariantCulture, $", the container's limit is {quota:0.##}")
            )
            + string.Concat(variables.Select(v => $", {v.Key}={v.Value}"));
        return new(new Facts(cores, affinity, quota, threads, variables), line, findings);

        void Slow(string text, string remedy) => findings.Add(new(Name, FindingLevel.Slow, text, remedy));

        string Because(params string[] names)
        {
            var set = names.Where(variables.ContainsKey).Select(name => $"{name}={variables[name]}").ToArray();
            return set.Length == 0 ? "" : $" ({string.Join(", ", set)})";
        }

        string? Unset(params string[] names)
        {
            var set = names.Where(variables.ContainsKey).ToArray();
            return set.Length == 0 ? null : $"unset {string.Join(' ', set)}";
        }
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string? Status(DoctorMachine machine, string key) =>
        (machine.Text("/proc/self/status") ?? "")
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(key + ":", StringComparison.Ordinal))
            ?[(key.Length + 1)..].Trim();

    // cgroup 2: "max 100000" or "150000 100000", of which the quotient is cores.
    private static double? Quota(DoctorMachine machine)
    {
        var words = (machine.Text("/sys/fs/cgroup/cpu.max") ?? "").Split(
            (char[])[' ', '\n'],
            StringSplitOptions.RemoveEmptyEntries
        );
        if (words.Length != 2)
        {
            words =
            [
                (machine.Text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") ?? "").Trim(),
                (machine.Text("/sys/fs/cgroup/cpu/cpu.cfs_period_us") ?? "").Trim(),
            ];
        }

        return
            double.TryParse(words[0], CultureInfo.InvariantCulture, out var quota)
            && double.TryParse(words[1], CultureInfo.InvariantCulture, out var period)
            && quota > 0
            && period > 0
            ? quota / period
            : null;
    }
}
