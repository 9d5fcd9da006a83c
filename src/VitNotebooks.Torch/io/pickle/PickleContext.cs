using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>What a pickle may refer to outside of itself: the names on the list, and the storages of the file around it.</summary>
internal sealed class PickleContext(string file, IPickledStorages storages)
{
    /// <summary>The file's path, for messages.</summary>
    public string File => file;

    /// <summary>Every tensor that was made: they move to the caller together, or go together.</summary>
    public List<Tensor> Tensors { get; } = [];

    private readonly List<Action> _afterStorages = [];

    /// <summary>Puts off what reads a storage's content until <see cref="Finish"/>.</summary>
    public void AfterStorages(Action read) => _afterStorages.Add(read);

    /// <summary>The storages are all there now.</summary>
    public void Finish() => _afterStorages.ForEach(read => read());

    public TensorFileException Fault(string what) => new($"{file}: {what}.");

    public OrderedDictionary<object, object?> NewDictionary() => new(PythonKeys.Comparer);

    /// <summary>What a name stands for.</summary>
    /// <exception cref="TensorFileException">It is not on the list; <see cref="TensorFileException.RefusedName"/> says which.</exception>
    public object Find(string module, string name) =>
        PickleNames.Find(module, name) ?? throw Refused($"{module}.{name}");

    private TensorFileException Refused(string name) =>
        new(
            $"{file}: the file asks for '{Shown(name)}', which is not among what is read (tensors, containers, numbers, texts); nothing of it was run. "
                + "If you trust the file, save what you need of it from Python as a plain dictionary: torch.save(model.state_dict(), path)."
        )
        {
            RefusedName = name,
        };

    private static string Shown(string name) => name.Length <= 200 ? name : name[..200] + "...";

    /// <summary>Calls a function of the list or makes an object of a class on it.</summary>
    public object? Call(object? callee, object?[] arguments) =>
        callee switch
        {
            PickleFunction function => function.Invoke(this, arguments),
            null => throw Fault("the pickle calls None; the file is damaged"),
            PickleType type => throw Refused(type.Name),
            _ => throw Fault($"the pickle calls a {PickleNames.Describe(callee)}; the file is damaged"),
        };

    /// <summary>Gives an object its state; the result is the object, or what takes its place.</summary>
    public object? Build(object? target, object? state)
    {
        switch (target)
        {
            case UnfinishedArray array:
                return array.Finish(this, state);
            case NumpyType type:
                type.SetState(this, state);
                return type;
            case PickledObject fields:
                fields.SetFields(this, state);
                return fields;
            // An OrderedDict's own attributes: a state dict's _metadata.
            case OrderedDictionary<object, object?>:
            case Tensor:
                return target;
            default:
                throw Fault($"the pickle gives a state to a {PickleNames.Describe(target)}; the file is damaged");
        }
    }

    /// <summary>A reference to a storage of the file.</summary>
    public object Persistent(object? id)
    {
        if (id is not object?[] { Length: >= 5 } parts || parts[0] is not string kind)
        {
            throw Fault(
                "the pickle refers to something outside of it in a way that PyTorch does not; the file is damaged"
            );
        }
        if (kind != "storage")
        {
            throw Fault($"the pickle refers to a '{Shown(kind)}' outside of it, known are storages");
        }
        var type =
            parts[1] as PickledStorageType
            ?? throw Fault($"a storage is of a {PickleNames.Describe(parts[1])}; the file is damaged");
        if (parts[2] is not (string or long) || parts[4] is not long count || count < 0)
        {
            throw Fault("a storage has no key or no size; the file is damaged");
        }
        var key = Convert.ToString(parts[2], System.Globalization.CultureInfo.InvariantCulture)!;
        return storages.Get(this, key, type, count, parts.Length > 5 ? parts[5] : null);
    }

    /// <summary>A tensor over a storage: a view of its memory, in bounds.</summary>
    public Tensor View(
        PickledStorage storage,
        long offset,
        long[] size,
        long[] stride,
        bool requiresGrad,
        ScalarType? type = null
    )
    {
        var element =
            type ?? storage.Type ?? throw Fault($"a tensor on the untyped storage '{storage.Key}' has no element type");
        var width = ScalarTypes.Size(element);
        var available = storage.Bytes / width;
        if (size.Length != stride.Length || size.Length > TensorLayout.MostDimensions)
        {
            throw Fault($"a tensor has {size.Length} sizes and {stride.Length} strides; the file is damaged");
        }
        if (offset < 0 || Last(offset, size, stride) is not { } last || last > available)
        {
            throw Fault(
                $"a tensor of shape [{string.Join(", ", size)}], strides [{string.Join(", ", stride)}] from element {offset} on reaches outside its storage '{storage.Key}' of {available} elements; the file is damaged"
            );
        }
        var tensor = storage.View(element, offset, size, stride);
        if (requiresGrad && (is_floating_point(element) || is_complex(element)))
        {
            tensor.requires_grad = true;
        }
        Tensors.Add(tensor);
        return tensor;
    }

    /// <summary>One past the last element that a view reaches; null when that is no number or a stride is negative.</summary>
    private static long? Last(long offset, long[] size, long[] stride)
    {
        if (TensorLayout.Bytes(size, 1) is not { } count)
        {
            return null;
        }
        Int128 last = offset;
        for (var i = 0; i < size.Length; i++)
        {
            if (stride[i] < 0 || stride[i] > long.MaxValue / 16)
            {
                return null;
            }
            last += (Int128)Math.Max(size[i] - 1, 0) * stride[i];
        }
        if (count == 0)
        {
            return offset <= long.MaxValue / 16 ? Math.Min(offset, 0) : null;
        }
        last += 1;
        return last <= long.MaxValue / 16 ? (long)last : null;
    }
}
