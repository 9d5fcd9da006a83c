using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor lives: a kind of device and, where there are several, which one.</summary>
    public sealed class Device
    {
        /// <summary>The kind of device.</summary>
        public DeviceType type { get; }

        /// <summary>Which of them; -1 is the current one.</summary>
        public int index { get; }

        /// <summary>A device from a kind and a number.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The index is below -1.</exception>
        public Device(DeviceType deviceType, int index = -1)
        {
            if (index < -1)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(index),
                    index,
                    $"Device: index {index} is no device number; give 0 or more, or -1 for the current one."
                );
            }

            type = deviceType;
            this.index = index;
        }

        /// <summary>A device from the name of a kind ("cpu", "cuda", "mps", "meta") and a number.</summary>
        public Device(string deviceType, int index = -1)
            : this(KindOf(deviceType, deviceType), index) { }

        /// <summary>The CUDA device of that number.</summary>
        public Device(int index)
            : this(DeviceType.CUDA, index) { }

        /// <summary>A device from its description: "cpu", "cuda", "cuda:1".</summary>
        /// <exception cref="ArgumentException">The text names no device.</exception>
        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            var colon = description.IndexOf(':', StringComparison.Ordinal);
            var kind = colon < 0 ? description : description[..colon];
            type = KindOf(kind, description);
            index = -1;
            if (colon < 0)
            {
                return;
            }

            var digits = description.AsSpan(colon + 1);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new ArgumentException(
                    $"Device: \"{description}\" has no number after the colon; write it as \"{kind}:0\".",
                    nameof(description)
                );
            }

            index = number;
        }

        /// <summary>So that <c>x.to("cuda:0")</c> and the like need no constructor.</summary>
        public static implicit operator Device(string description) => new(description);

        /// <summary>"cpu", "cuda:0": what the constructor reads.</summary>
        public override string ToString()
        {
            var kind = type.ToString().ToLowerInvariant();
            return index < 0 ? kind : $"{kind}:{index.ToString(CultureInfo.InvariantCulture)}";
        }

        /// <summary>Same kind and same number.</summary>
        public override bool Equals(object? obj) => obj is Device other && other.type == type && other.index == index;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(type, index);

        private static DeviceType KindOf(string kind, string description)
        {
            ArgumentNullException.ThrowIfNull(kind);
            return kind.ToLowerInvariant() switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                "mkldnn" => DeviceType.MKLDNN,
                "opengl" => DeviceType.OPENGL,
                "opencl" => DeviceType.OPENCL,
                "ideep" => DeviceType.IDEEP,
                "hip" => DeviceType.HIP,
                "fpga" => DeviceType.FPGA,
                "msnpu" => DeviceType.MSNPU,
                "xla" => DeviceType.XLA,
                "mps" => DeviceType.MPS,
                "meta" => DeviceType.META,
                _ => throw new ArgumentException(
                    $"Device: \"{description}\" names no device; expected cpu, cuda, cuda:0, mps or meta.",
                    nameof(description)
                ),
            };
        }
    }
}
