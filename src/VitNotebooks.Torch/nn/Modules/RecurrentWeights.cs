using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

/// <summary>The weights of a stack of recurrent layers in PyTorch's order and under PyTorch's names, all uniform within 1 / sqrt(hidden).</summary>
internal sealed class RecurrentWeights
{
    private readonly long _hidden;
    private readonly long _states;
    private readonly bool _batchFirst;
    private readonly string _name;

    public RecurrentWeights(
        string name,
        Action<string, Parameter> register,
        long gates,
        long inputSize,
        long hiddenSize,
        long numLayers,
        bool bias,
        bool batchFirst,
        bool bidirectional,
        Device? device,
        ScalarType? dtype
    )
    {
        if (inputSize <= 0 || hiddenSize <= 0 || numLayers <= 0)
        {
            throw new ArgumentException(
                $"{name}: input {inputSize}, hidden {hiddenSize} and layers {numLayers} must all be above 0."
            );
        }
        var directions = bidirectional ? 2 : 1;
        (_name, _hidden, _states, _batchFirst) = (name, hiddenSize, numLayers * directions, batchFirst);
        var all = new List<Tensor>();
        for (var layer = 0L; layer < numLayers; layer++)
        {
            for (var direction = 0; direction < directions; direction++)
            {
                var suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                var width = layer == 0 ? inputSize : hiddenSize * directions;
                Add("weight_ih" + suffix, gates * hiddenSize, width);
                Add("weight_hh" + suffix, gates * hiddenSize, hiddenSize);
                if (bias)
                {
                    Add("bias_ih" + suffix, gates * hiddenSize);
                    Add("bias_hh" + suffix, gates * hiddenSize);
                }
            }
        }
        var bound = 1.0 / Math.Sqrt(hiddenSize);
        foreach (var weight in all)
        {
            nn.init.uniform_(weight, -bound, bound);
        }
        All = [.. all];

        void Add(string parameter, params ReadOnlySpan<long> shape)
        {
            var made = new Parameter(
                Aten.empty_memory_format(
                    shape,
                    dtype: dtype ?? get_default_dtype(),
                    device: device ?? get_default_device()
                )
            );
            register(parameter, made);
            all.Add(made);
        }
    }

    /// <summary>The weights in the order in which the op takes them.</summary>
    public Tensor[] All { get; }

    /// <summary>Zeros [layers directions, B, hidden] for an input [L, B, E], or [B, L, E] with the batch first.</summary>
    public Tensor ZeroState(Tensor input)
    {
        var shape = input.shape;
        if (shape.Length != 3)
        {
            throw new ArgumentException(
                $"{_name}: expected an input of 3 dimensions, got [{string.Join(", ", shape)}].",
                nameof(input)
            );
        }
        return Aten.full([_states, shape[_batchFirst ? 0 : 1], _hidden], 0.0, dtype: input.dtype, device: input.device);
    }

    /// <summary>Zeros [layers directions, B, hidden] for a packed batch.</summary>
    public Tensor ZeroState(PackedSequence input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var first = Aten.select_int(input.batch_sizes, 0, 0);
        var batch = Aten.item(first).ToInt64();
        return Aten.full([_states, batch, _hidden], 0.0, dtype: input.data.dtype, device: input.data.device);
    }

    /// <summary>A state [layers directions, B, hidden] with its batch in another order; null is the order it has.</summary>
    public static Tensor Ordered(Tensor state, Tensor? order) =>
        order is null ? state : Aten.index_select(state, 1, order);

    /// <summary>The parameter of a layer's direction; there are layers times directions of them.</summary>
    /// <param name="index">layer times directions plus direction</param>
    /// <param name="kind">0 to 3: the input's weight, the hidden one's, and their biases.</param>
    public Parameter? Get(long index, int kind)
    {
        if (index < 0 || index >= _states)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index),
                index,
                $"{_name}: there are {_states} layers and directions, counted from 0."
            );
        }
        var each = (int)(All.Length / _states);
        return kind < each ? (Parameter)All[((int)index * each) + kind] : null;
    }
}
