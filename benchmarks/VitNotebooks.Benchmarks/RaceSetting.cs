using System.Globalization;
using TorchSharp;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Benchmarks;

/// <summary>One entry of a race; both sides take the same words.</summary>
internal sealed record RaceSetting(string Model, string Mode)
{
    public int Steps { get; init; } = 6;

    /// <summary>Steps before those that are measured.</summary>
    public int Warmup { get; init; } = 2;

    /// <summary>Images a step.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Threads inside an op; 0 leaves libtorch's own choice.</summary>
    public int Threads { get; init; } = 2;

    public Device Device { get; init; } = CPU;

    public bool ChannelsLast { get; init; }

    /// <summary>The type that autocast computes in; float32 runs without it.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float32;

    /// <summary>Opens the precision that it computes in; null for plain float32.</summary>
    public IDisposable? Precision() => DType == ScalarType.Float32 ? null : Autocast.On(Device.type, DType);

    /// <summary>Reads <c>MODEL MODE [--steps N] [--warmup N] [--batch N] [--threads N] [--device D] [--format F] [--dtype T]</c>.</summary>
    /// <exception cref="ArgumentException">An unknown option or a value that does not fit; the message names it.</exception>
    public static RaceSetting Parse(ReadOnlySpan<string> words)
    {
        if (words.Length < 2 || words.Length % 2 != 0)
        {
            throw new ArgumentException("model: expected MODEL MODE and then pairs of an option and its value.");
        }

        var setting = new RaceSetting(words[0], words[1]);
        for (var i = 2; i < words.Length; i += 2)
        {
            var (option, value) = (words[i], words[i + 1]);
            setting = option switch
            {
                "--steps" => setting with { Steps = Number(option, value) },
                "--warmup" => setting with { Warmup = Number(option, value) },
                "--batch" => setting with { Batch = Number(option, value) },
                "--threads" => setting with { Threads = Number(option, value) },
                "--device" => setting with { Device = device(value) },
                "--format" when value is "channels_last" or "contiguous" => setting with
                {
                    ChannelsLast = value == "channels_last",
                },
                "--dtype" when value is "float32" => setting,
                "--dtype" when value is "bfloat16" => setting with { DType = ScalarType.BFloat16 },
                _ => throw new ArgumentException(
                    $"model: '{option} {value}' is not known; there are --steps, --warmup, --batch, --threads N, --device cpu|cuda, "
                        + "--format contiguous|channels_last and --dtype float32|bfloat16."
                ),
            };
        }
        return setting;
    }

    private static int Number(string option, string value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new ArgumentException($"model: {option} wants a number, not '{value}'.");
}
