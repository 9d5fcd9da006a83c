using TorchSharp;
using static TorchSharp.torch;
using UnaryModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>
/// One case: how Python makes the module and calls it with inputs x, the shapes of x, and the same here. The two expressions
/// are its name.
/// </summary>
internal sealed record OracleCase(
    string? PythonModule,
    string PythonCall,
    long[][] Shapes,
    Func<nn.Module?> Make,
    Func<nn.Module?, Tensor[], Tensor> Call
)
{
    public string Name => PythonModule is null ? PythonCall : $"{PythonModule} | {PythonCall}";
}

/// <summary>
/// Modules and functions beside the Python that they must equal, a line a case; <see cref="ModuleOracleTests"/> runs each in
/// several variants. The parts of the table are in OracleTable.*.cs.
/// </summary>
internal static partial class OracleTable
{
    public static IReadOnlyList<OracleCase> Cases { get; } =
    [
        .. Layers(),
        .. Convolutions(),
        .. Activations(),
        .. ActivationFunctions(),
        .. Poolings(),
        .. Recurrent(),
        .. Losses(),
        .. Functions(),
    ];

    /// <summary>A module of one input.</summary>
    private static OracleCase Unary(string python, Func<UnaryModule> make, params long[][] shapes) =>
        new(python, "m(*x)", shapes, make, (m, x) => ((UnaryModule)m!).call(x[0]));

    /// <summary>A module called in a way of its own.</summary>
    private static OracleCase Module<T>(
        string python,
        Func<T> make,
        string pythonCall,
        Func<T, Tensor[], Tensor> call,
        params long[][] shapes
    )
        where T : nn.Module => new(python, pythonCall, shapes, make, (m, x) => call((T)m!, x));

    /// <summary>A function of the inputs x.</summary>
    private static OracleCase Function(string python, Func<Tensor[], Tensor> call, params long[][] shapes) =>
        new(null, python, shapes, () => null, (_, x) => call(x));

    /// <summary>All outputs one after the other, as the script's function of the same name does.</summary>
    private static Tensor Flat(params Tensor[] outputs) =>
        cat([.. outputs.Select(o => o.flatten().to(outputs[0].dtype))]);

    private static Tensor Whole(params long[] values) => tensor(values);
}
