using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Autocast as it stood on a thread, of the CPU and of CUDA.</summary>
[BeyondTorchSharp]
public sealed class AutocastState
{
    private readonly AutocastSetting _cpu,
        _cuda;

    internal AutocastState(AutocastSetting cpu, AutocastSetting cuda) => (_cpu, _cuda) = (cpu, cuda);

    /// <summary>Puts this state in place on the calling thread until the result is disposed.</summary>
    public IDisposable Enter() =>
        new Both(Autocast.Enter(DeviceType.CPU, _cpu), Autocast.Enter(DeviceType.CUDA, _cuda));

    private sealed class Both(Autocast outer, Autocast inner) : IDisposable
    {
        public void Dispose()
        {
            inner.Dispose();
            outer.Dispose();
        }
    }
}
