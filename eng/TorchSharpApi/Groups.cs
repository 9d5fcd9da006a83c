namespace TorchSharpApi;

/// <summary>The part of the surface that a type of the list belongs to: one row of the coverage table.</summary>
public static class Groups
{
    /// <summary>The rows, in the table's order.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "torch",
        "Tensor",
        "nn",
        "nn.functional",
        "nn.init",
        "nn.utils",
        "optim",
        "optim.lr_scheduler",
        "utils.data",
        "autograd",
        "linalg",
        "fft",
        "special",
        "distributions",
        "cuda, backends",
        "jit, export, hub",
        "other",
    ];

    /// <summary>Those that must be there to 90 percent.</summary>
    public static readonly IReadOnlyList<string> Promised =
    [
        "torch",
        "Tensor",
        "nn",
        "nn.functional",
        "nn.init",
        "nn.utils",
        "optim",
        "utils.data",
    ];

    // The first prefix that fits decides: the longer ones stand before the shorter.
    private static readonly (string Prefix, string Group)[] Prefixes =
    [
        ("torch.nn.functional", "nn.functional"),
        ("torch.nn.init", "nn.init"),
        ("torch.nn.utils", "nn.utils"),
        ("torch.nn", "nn"),
        ("torch.optim.lr_scheduler", "optim.lr_scheduler"),
        ("torch.optim", "optim"),
        ("torch.utils.data", "utils.data"),
        ("torch.autograd", "autograd"),
        ("torch.linalg", "linalg"),
        ("torch.fft", "fft"),
        ("torch.special", "special"),
        ("torch.distributions", "distributions"),
        ("torch.cuda", "cuda, backends"),
        ("torch.backends", "cuda, backends"),
        ("torch.jit", "jit, export, hub"),
        ("torch.export", "jit, export, hub"),
        ("torch.hub", "jit, export, hub"),
        ("torch.Tensor", "Tensor"),
        ("torch.Storage", "Tensor"),
        ("torch", "torch"),
        ("TensorExtensionMethods", "Tensor"),
        ("TensorAccessor", "Tensor"),
        ("ExportedProgram", "jit, export, hub"),
        ("AnomalyMode", "autograd"),
        ("Loss<", "nn"),
        ("WeightedLoss<", "nn"),
        ("ModuleExtensionMethods", "nn"),
        ("PaddingModes", "nn"),
        ("Padding", "nn"),
        ("EmbeddingBagMode", "nn"),
    ];

    /// <summary>The group of a type.</summary>
    public static string Of(ApiType type, ApiList list)
    {
        var bases = list.Ancestry(type).Select(t => t.Name).ToList();
        if (type.Namespace == "TorchSharp.Modules")
        {
            if (bases.Contains("torch.distributions.Distribution"))
            {
                return "distributions";
            }

            if (
                type.Name.StartsWith("DataLoader", StringComparison.Ordinal)
                || bases.Contains("torch.utils.data.Dataset<T>")
                || type.Name == "IterableDataLoader"
            )
            {
                return "utils.data";
            }

            if (bases.Contains("torch.optim.Optimizer") || IsOptimizers(type.Name) || bases.Exists(IsOptimizers))
            {
                return "optim";
            }

            return "nn";
        }
        if (type.Namespace is not ("TorchSharp" or "TorchSharp.Utils"))
        {
            return "other";
        }

        var fit = Prefixes.FirstOrDefault(p => Fits(type.Name, p.Prefix));
        if (fit.Group is not null)
        {
            return fit.Group;
        }

        return
            type.Namespace == "TorchSharp" && !bases.Contains("MulticastDelegate") && type.Base != "MulticastDelegate"
            ? "torch"
            : "other";
    }

    private static bool IsOptimizers(string name) =>
        name is "OptimizerState" or "OptimizerOptions" || name.StartsWith("ParamGroup", StringComparison.Ordinal);

    private static bool Fits(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && (name.Length == prefix.Length || prefix[^1] == '<' || name[prefix.Length] is '.' or '<');
}
