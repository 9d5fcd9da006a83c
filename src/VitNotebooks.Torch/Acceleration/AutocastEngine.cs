using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>One thread's autocast for one kind of device; mirrored in Native/autocast.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct AutocastSetting(int Enabled, int DType, int Cache);

/// <summary>The native modules <c>autocast</c> (state, missing rules) and <c>bfloat16</c> (fast kernels).</summary>
internal static unsafe class AutocastEngine
{
    private static readonly NativeFeature s_rules = new("autocast");
    private static readonly NativeFeature s_kernels = new("bfloat16");
    private static readonly Lazy<string?> s_installed = new(Install, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Why autocast is missing, or null. Loads and installs it.</summary>
    public static string? Refusal => s_installed.Value;

    /// <summary>Whether something of this process has asked for autocast and got it.</summary>
    public static bool IsInUse => s_installed is { IsValueCreated: true, Value: null };

    /// <summary>Why our bfloat16 kernels are not in use, or null; without them aten's run.</summary>
    public static string? KernelsRefusal => s_kernels.Refusal;

    /// <summary>Why products of bfloat16 are libtorch's own, or null.</summary>
    public static string? ProductsRefusal => Libtorch.Instance.Products.Refusal;

    /// <summary>The operators whose CPU rule this libtorch lacked and that were given one here.</summary>
    public static string[] AddedRules =>
        Refusal is null ? s_rules.Text("vn_autocast_added").Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

    public static AutocastSetting Get(int device)
    {
        Require();
        AutocastSetting setting;
        s_rules.Check(
            ((delegate* unmanaged<int, AutocastSetting*, int>)s_rules.Symbol("vn_autocast_get"))(device, &setting),
            "autocast"
        );
        return setting;
    }

    public static void Set(int device, AutocastSetting setting) =>
        s_rules.Check(
            ((delegate* unmanaged<int, AutocastSetting*, int>)s_rules.Symbol("vn_autocast_set"))(device, &setting),
            "autocast"
        );

    public static void Enter() => ((delegate* unmanaged<void>)s_rules.Symbol("vn_autocast_enter"))();

    public static void Leave() => ((delegate* unmanaged<void>)s_rules.Symbol("vn_autocast_leave"))();

    public static bool HasRule(string operation)
    {
        Require();
        var bytes = System.Text.Encoding.UTF8.GetBytes(operation + '\0');
        fixed (byte* p = bytes)
        {
            return ((delegate* unmanaged<byte*, int>)s_rules.Symbol("vn_autocast_has_rule"))(p) != 0;
        }
    }

    /// <exception cref="LibtorchException">The module does not compile for this libtorch.</exception>
    public static void Require()
    {
        if (Refusal is { } why)
        {
            throw new LibtorchException($"Autocast is not available: {why}");
        }
    }

    // Our kernels first: an operator that has a rule keeps it.
    private static string? Install()
    {
        var kernels = Task.Run(() => s_kernels.Refusal); // side by side: the first time both are compiled
        var refusal = s_rules.Refusal;
        if (kernels.GetAwaiter().GetResult() is null && refusal is null)
        {
            s_kernels.Check(((delegate* unmanaged<int>)s_kernels.Symbol("vn_bfloat16_install"))(), "autocast");
        }
        if (refusal is null)
        {
            s_rules.Check(((delegate* unmanaged<int>)s_rules.Symbol("vn_autocast_install"))(), "autocast");
        }
        return refusal;
    }
}
