using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the recurrent cells share: weights under PyTorch's names, all uniform within 1 / sqrt(hidden), and inputs without a batch.</summary>
internal sealed class CellWeights
{
    private readonly string _name;
    private readonly long _inputSize;
    private readonly long _hiddenSize;

    public CellWeights(
        string name,
        Action<string, Parameter> register,
        long gates,
        long inputSize,
        long hiddenSize,
        bool bias,
        Device? device,
        ScalarType? dtype
    )
    {
        if (inputSize <= 0 || hiddenSize <= 0)
        {
            throw new ArgumentException($"{name}: input {inputSize} and hidden {hiddenSize} must both be above 0.");
        }
        (_name, _inputSize, _hiddenSize) = (name, inputSize, hiddenSize);
        var bound = 1.0 / Math.Sqrt(hiddenSize);
        Input = Drawn("weight_ih", gates * hiddenSize, inputSize);
        Hidden = Drawn("weight_hh", gates * hiddenSize, hiddenSize);
        if (bias)
        {
            InputBias = Drawn("bias_ih", gates * hiddenSize);
            HiddenBias = Drawn("bias_hh", gates * hiddenSize);
        }

        Parameter Drawn(string parameter, params ReadOnlySpan<long> shape)
        {
            var made = new Parameter(
                Aten.empty_memory_format(
                    shape,
                    dtype: dtype ?? get_default_dtype(),
                    device: device ?? get_default_device()
                )
            );
            nn.init.uniform_(made, -bound, bound);
            register(parameter, made);
            return made;
        }
    }

    public Parameter Input { get; set; }

    public Parameter Hidden { get; set; }

    public Parameter? InputBias { get; set; }

    public Parameter? HiddenBias { get; set; }

    /// <summary>The input as [B, E] and the states as [B, hidden], zeros where there are none.</summary>
    public (Tensor Input, Tensor[] States) Batched(Tensor input, params Tensor?[] states)
    {
        ArgumentNullException.ThrowIfNull(input);
        var shape = input.shape;
        if (shape.Length is not (1 or 2) || shape[^1] != _inputSize)
        {
            throw new ArgumentException(
                $"{_name}: expected an input [B, {_inputSize}] or [{_inputSize}], got [{string.Join(", ", shape)}].",
                nameof(input)
            );
        }
        long[] stateShape = shape.Length == 1 ? [_hiddenSize] : [shape[0], _hiddenSize];
        var batched = new Tensor[states.Length];
        for (var i = 0; i < states.Length; i++)
        {
            var state = states[i] ?? Aten.full(stateShape, 0.0, dtype: input.dtype, device: input.device);
            if (!state.shape.AsSpan().SequenceEqual(stateShape))
            {
                throw new ArgumentException(
                    $"{_name}: expected a state [{string.Join(", ", stateShape)}] for this input, got [{string.Join(", ", state.shape)}].",
                    nameof(states)
                );
            }
            batched[i] = shape.Length == 1 ? Aten.unsqueeze(state, 0) : state;
        }
        return (shape.Length == 1 ? Aten.unsqueeze(input, 0) : input, batched);
    }

    /// <summary>Without the batch again where the input had none.</summary>
    public static Tensor LikeInput(Tensor state, Tensor input) =>
        input.shape.Length == 1 ? Aten.squeeze_dim(state, 0) : state;
}
