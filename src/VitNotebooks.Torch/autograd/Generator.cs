using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers: on the CPU the Mersenne Twister of libtorch, bit for bit Python's.</summary>
    public sealed unsafe class Generator : IDisposable
    {
        private IntPtr _handle;

        private Generator(IntPtr handle, Device device) => (_handle, this.device) = (handle, device);

        /// <summary>A generator of its own, seeded.</summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? new Device(DeviceType.CPU);
            Libtorch.Require();
            IntPtr handle;
            Dispatcher.Check(Core.GeneratorNew(seed, (int)this.device.type, this.device.index, &handle), "Generator");
            _handle = handle;
        }

        ~Generator() => Free();

        /// <summary>The CPU's generator that ops use when they are given none.</summary>
        public static Generator Default => DefaultOf(new Device(DeviceType.CPU));

        internal static Generator DefaultOf(Device device)
        {
            Libtorch.Require();
            IntPtr handle;
            Dispatcher.Check(Core.GeneratorDefault((int)device.type, device.index, &handle), "Generator.Default");
            return new Generator(handle, device);
        }

        /// <summary>The native generator (<c>at::Generator*</c>).</summary>
        /// <exception cref="ObjectDisposedException">It is freed already.</exception>
        public IntPtr Handle
        {
            get
            {
                ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
                return _handle;
            }
        }

        /// <summary>Where its numbers are made.</summary>
        public Device device { get; }

        /// <summary>Starts the stream that belongs to this seed.</summary>
        public Generator manual_seed(long seed)
        {
            Dispatcher.Check(Core.GeneratorSetSeed(Handle, unchecked((ulong)seed)), "manual_seed");
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>The seed it was started with.</summary>
        public long initial_seed()
        {
            ulong seed;
            Dispatcher.Check(Core.GeneratorInitialSeed(Handle, &seed), "initial_seed");
            GC.KeepAlive(this);
            return unchecked((long)seed);
        }

        /// <summary>Starts it anew from the system's entropy and returns that seed.</summary>
        public long seed()
        {
            ulong seed;
            Dispatcher.Check(Core.GeneratorReseed(Handle, &seed), "seed");
            GC.KeepAlive(this);
            return unchecked((long)seed);
        }

        /// <summary>The whole state as bytes: saved and set again, the stream goes on at the same number.</summary>
        public Tensor get_state()
        {
            IntPtr state;
            Dispatcher.Check(Core.GeneratorGetState(Handle, &state), "get_state");
            GC.KeepAlive(this);
            return Tensor.Adopt(state);
        }

        /// <summary>Goes on from a state of <see cref="get_state"/>.</summary>
        public void set_state(Tensor value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Dispatcher.Check(Core.GeneratorSetState(Handle, value.Borrow()), "set_state");
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }

        /// <summary>Frees it; the default generator itself lives on.</summary>
        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            var handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle != IntPtr.Zero)
            {
                Core.GeneratorFree(handle);
            }
        }
    }
}
