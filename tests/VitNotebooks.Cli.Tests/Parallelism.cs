// A running cell owns the process's Console, and scripts of other tests write to it: one test at a time.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
