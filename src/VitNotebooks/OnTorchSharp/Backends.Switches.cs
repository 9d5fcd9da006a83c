namespace VitNotebooks.Acceleration;

// TorchSharp reaches none of them: each stays as libtorch starts.
public static partial class Backends
{
    private static partial bool IsOn(Switch which) => which is Switch.CudnnEnabled or Switch.MkldnnEnabled;

    private static partial void Set(Switch which, bool value)
    {
        if (value != IsOn(which))
        {
            throw new NotSupportedException(
                $"Backends.{which} = {value}: TorchSharp cannot change it, and it stays {IsOn(which)}; {Instead(which)}{Notice.Remedy}."
            );
        }
    }

    private static string Instead(Switch which) =>
        which == Switch.CudnnDeterministic
            ? "torch.use_deterministic_algorithms(true) makes cuDNN deterministic too, or "
            : "leave it out, or ";
}
