using Xunit;

// The profiler belongs to the process, and so does standard error.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
