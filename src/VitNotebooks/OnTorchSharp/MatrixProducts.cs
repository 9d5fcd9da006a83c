namespace VitNotebooks.Acceleration;

/// <summary>Counts multiply-adds while something runs; TorchSharp shows no operations, so nothing is counted here.</summary>
[BeyondTorchSharp]
public static class MatrixProducts
{
    /// <summary>Runs something.</summary>
    /// <param name="run">What to run.</param>
    /// <returns>Null: products cannot be seen.</returns>
    public static IReadOnlyDictionary<string, long>? Count(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run();
        return null;
    }

    /// <summary>A range that is counted apart, where anything is counted.</summary>
    public static IDisposable Inside(string name) => new Nothing();

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}
