using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Automatic mixed precision: until it is disposed, matrix products and convolutions of this thread run in a shorter
/// floating-point type, operations that need the range run in float32, and everything else follows its inputs. Parameters stay
/// float32, and so do their gradients.
/// </summary>
/// <example><code>using (Autocast.On(DeviceType.CPU)) loss = criterion.call(model.call(images), labels);
/// loss.backward(); // outside: backward follows the dtypes of forward by itself</code></example>
/// <remarks>
/// Which operation does what on the CPU is PyTorch 2.6's table; rules that this libtorch lacks are added to its dispatcher, see
/// <see cref="AddedRules"/>. Scopes nest; the cast copies of the weights are kept until the outermost one ends, so a scope
/// spans a forward pass and not a training loop: weights changed inside would not be seen.
/// On TorchSharp, which has no autocast, a scope checks its arguments and changes nothing: every operation runs in the type of its
/// inputs. <see cref="Refusal"/> says so, and so does one line on standard error, the first time.
/// </remarks>
[BeyondTorchSharp]
public sealed class Autocast : IDisposable
{
    private readonly DeviceType _device;
    private readonly AutocastSetting _before;
    private readonly int _thread;
    private bool _left;

    private Autocast(DeviceType device, AutocastSetting setting)
    {
        _before = AutocastEngine.Get((int)device);
        (_device, _thread) = (device, Environment.CurrentManagedThreadId);
        AutocastEngine.Enter();
        AutocastEngine.Set((int)device, setting);
    }

    /// <summary>Turns it on for this thread until the result is disposed.</summary>
    /// <param name="device">CPU or CUDA.</param>
    /// <param name="dtype">BFloat16, or Float16 on CUDA (and on the CPU from libtorch 2.1 on); null for the device's usual one:
    /// bfloat16 on the CPU, float16 on CUDA.</param>
    /// <param name="cacheWeights">Whether a weight is cast once and not at every use.</param>
    /// <exception cref="ArgumentException">Another device or dtype.</exception>
    /// <exception cref="InvalidOperationException">There is no such device.</exception>
    /// <exception cref="TorchSharp.Native.LibtorchException">The native module does not compile for this libtorch.</exception>
    public static Autocast On(DeviceType device, ScalarType? dtype = null, bool cacheWeights = true)
    {
        CheckDevice(device);
        InitializeDeviceType(device);
        var type = dtype ?? (device == DeviceType.CPU ? ScalarType.BFloat16 : ScalarType.Float16);
        var halves = device == DeviceType.CUDA || Version.Parse(Release) >= new Version(2, 1);
        if (type != ScalarType.BFloat16 && !(type == ScalarType.Float16 && halves))
        {
            throw new ArgumentException(
                $"Autocast: {type} on {device}; expected BFloat16"
                    + (halves ? " or Float16." : $" (Float16 on the CPU needs libtorch 2.1, this is {__version__})."),
                nameof(dtype)
            );
        }
        return new Autocast(device, new AutocastSetting(1, (int)type, cacheWeights ? 1 : 0));
    }

    /// <summary>Turns it off for this thread until the result is disposed: for a part that needs float32.</summary>
    public static Autocast Off(DeviceType device)
    {
        CheckDevice(device);
        return new Autocast(device, AutocastEngine.Get((int)device) with { Enabled = 0 });
    }

    /// <summary>Whether it is on for this thread; never on TorchSharp.</summary>
    public static bool IsEnabled(DeviceType device)
    {
        CheckDevice(device);
        return AutocastEngine.Get((int)device).Enabled != 0;
    }

    /// <summary>The type that matrix products run in while it is on; on TorchSharp the device's usual one.</summary>
    public static ScalarType DType(DeviceType device)
    {
        CheckDevice(device);
        return (ScalarType)AutocastEngine.Get((int)device).DType;
    }

    /// <summary>Why there is no autocast here, or null.</summary>
    public static string? Refusal => AutocastEngine.Refusal;

    /// <summary>Why this package's bfloat16 layer_norm is not in use, or null.</summary>
    public static string? KernelsRefusal => AutocastEngine.KernelsRefusal;

    /// <summary>Why products and convolutions of bfloat16 on the CPU are libtorch's own, or null: this package's multiply in float32
    /// and round once, where neither the processor nor the BLAS knows bfloat16; libtorch's loops take ten times as long there.</summary>
    public static string? ProductsRefusal => AutocastEngine.ProductsRefusal;

    /// <summary>The operators that this libtorch had no CPU rule for and that were given one.</summary>
    public static IReadOnlyList<string> AddedRules => AutocastEngine.AddedRules;

    /// <summary>Whether an operator, "linear" or "conv1d.padding", has a CPU rule here; none has on TorchSharp.</summary>
    public static bool HasRule(string operation) => AutocastEngine.HasRule(operation);

    /// <summary>This thread's state, to be entered again elsewhere: in a backward function, on another thread.</summary>
    public static AutocastState Capture() =>
        new(AutocastEngine.Get((int)DeviceType.CPU), AutocastEngine.Get((int)DeviceType.CUDA));

    /// <summary>The same where autocast has been used in this process; null where it has not, and nothing is loaded for it.</summary>
    internal static AutocastState? CaptureWhereUsed() => AutocastEngine.IsInUse ? Capture() : null;

    internal static Autocast Enter(DeviceType device, AutocastSetting setting) => new(device, setting);

    /// <summary>Brings back what was before.</summary>
    /// <exception cref="InvalidOperationException">On another thread than the one that entered.</exception>
    public void Dispose()
    {
        if (_left)
        {
            return;
        }
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException(
                $"Autocast: the scope was entered on thread {_thread} and left on thread {Environment.CurrentManagedThreadId}; its state belongs to one thread, so leave it where it was entered (no await inside)."
            );
        }
        _left = true;
        AutocastEngine.Set((int)_device, _before);
        AutocastEngine.Leave();
    }

    // "2.6.0+cu124" and "1.13.0a0" as numbers.
    private static string Release => string.Join('.', __version__.Split('.').Take(2));

    private static void CheckDevice(DeviceType device)
    {
        if (device is not (DeviceType.CPU or DeviceType.CUDA))
        {
            throw new ArgumentException($"Autocast: {device}; expected CPU or CUDA.", nameof(device));
        }
    }
}
