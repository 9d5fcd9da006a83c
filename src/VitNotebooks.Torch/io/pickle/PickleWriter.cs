using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Text;
using TorchSharp;
using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Pickles a tree in protocol 2, in the words that <c>torch.load(weights_only=True)</c> accepts, and collects the storages of
/// its tensors.</summary>
internal sealed class PickleWriter(string path) : IDisposable
{
    private const int Deepest = 200;
    private readonly MemoryStream _bytes = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<Tensor> _storages = [];
    private readonly Dictionary<IntPtr, int> _users = [];
    private readonly Dictionary<(IntPtr, ScalarType), int> _shared = [];
    private int _depth;

    /// <summary>What the pickle refers to by number: contiguous vectors on the CPU.</summary>
    public IReadOnlyList<Tensor> Storages => _storages;

    /// <exception cref="ArgumentException">Something in the tree has no place in such a file.</exception>
    public byte[] Write(object? tree)
    {
        CountUsers(tree, 0);
        _bytes.Write([0x80, 2]);
        Value(tree);
        _bytes.WriteByte((byte)'.');
        return _bytes.ToArray();
    }

    public void Dispose() => _scope.Dispose();

    private ArgumentException Fault(string what) => new($"{path}: {what}; nothing was written.");

    /// <summary>How many tensors look into each storage: memory that only one uses is written as that one's elements and no more.</summary>
    private void CountUsers(object? value, int depth)
    {
        if (depth > Deepest)
        {
            throw Fault($"the tree is nested deeper than {Deepest}, or contains itself");
        }
        switch (value)
        {
            case Tensor tensor when Storage(tensor) is { } start:
                _users[start] = _users.GetValueOrDefault(start) + 1;
                break;
            case Tensor or string or byte[]:
                break;
            case IDictionary dictionary:
                foreach (var item in dictionary.Values)
                {
                    CountUsers(item, depth + 1);
                }
                break;
            case IEnumerable items:
                foreach (var item in items)
                {
                    CountUsers(item, depth + 1);
                }
                break;
        }
    }

    /// <summary>Where the memory of a plain CPU tensor begins; null for those that are copied anyway.</summary>
    private static IntPtr? Storage(Tensor tensor)
    {
        var info = tensor.Info();
        if (info.DeviceType != (int)DeviceType.CPU || info.Layout != 0 || info.StorageBytes == 0)
        {
            return null;
        }
        var lazy = Aten.is_neg(tensor) || (is_complex(tensor.dtype) && Aten.is_conj(tensor));
        return lazy || info.NumberOfElements == 0
            ? null
            : tensor.DataPointer() - (nint)(info.StorageOffset * info.ElementSize);
    }

    private void Value(object? value)
    {
        if (++_depth > Deepest)
        {
            throw Fault($"the tree is nested deeper than {Deepest}, or contains itself");
        }
        switch (value)
        {
            case null:
                Op('N');
                break;
            case bool b:
                Op(b ? 0x88 : 0x89);
                break;
            case double d:
                Op('G');
                BinaryPrimitives.WriteDoubleBigEndian(Room(8), d);
                break;
            case float f:
                Op('G');
                BinaryPrimitives.WriteDoubleBigEndian(Room(8), f);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                Integer(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case BigInteger big when big.GetByteCount() < 256:
                Op(0x8a);
                var digits = big.ToByteArray();
                Op(digits.Length);
                _bytes.Write(digits);
                break;
            case string text:
                Text(text);
                break;
            case Tensor tensor:
                WriteTensor(tensor);
                break;
            case Size size:
                Global("torch", "Size");
                Tuple([Array.ConvertAll(size.Shape, l => (object?)l)]);
                Op('R');
                break;
            case IDictionary dictionary:
                Dictionary(dictionary);
                break;
            case object?[] tuple:
                Tuple(tuple);
                break;
            case IEnumerable items:
                Op(']');
                Op('(');
                foreach (var item in items)
                {
                    Value(item);
                }
                Op('e');
                break;
            default:
                throw Fault(
                    $"a {value.GetType().Name} has no place in a .pth file; expected tensors, dictionaries, lists, numbers, texts"
                );
        }
        _depth--;
    }

    private void Dictionary(IDictionary dictionary)
    {
        Global("collections", "OrderedDict");
        Op(')');
        Op('R');
        Op('(');
        foreach (DictionaryEntry entry in dictionary)
        {
            Value(entry.Key);
            Value(entry.Value);
        }
        Op('u');
    }

    private void Tuple(object?[] items)
    {
        Op('(');
        foreach (var item in items)
        {
            Value(item);
        }
        Op('t');
    }

    private void Integer(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            Op('J');
            BinaryPrimitives.WriteInt32LittleEndian(Room(4), (int)value);
            return;
        }
        Op(0x8a);
        Op(8);
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
    }

    private void Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Op('X');
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), utf8.Length);
        _bytes.Write(utf8);
    }

    private void Global(string module, string name)
    {
        Op('c');
        _bytes.Write(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
    }

    /// <summary>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks); types without a storage class take v3.</summary>
    private void WriteTensor(Tensor tensor)
    {
        if (tensor.is_sparse || is_quantized(tensor.dtype))
        {
            throw Fault("sparse and quantized tensors are not written; save to_dense() or dequantize()");
        }
        var (number, offset, stride, count) = Place(tensor);
        var storageClass = PickledTensors.StorageName(tensor.dtype);
        Global("torch._utils", storageClass is null ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
        Op('(');
        Op('(');
        Text("storage");
        Global(storageClass is null ? "torch.storage" : "torch", storageClass ?? "UntypedStorage");
        Text(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Text("cpu");
        Integer(storageClass is null ? count * ScalarTypes.Size(tensor.dtype) : count);
        Op('t');
        Op('Q');
        Integer(offset);
        Tuple(Array.ConvertAll(tensor.shape, l => (object?)l));
        Tuple(Array.ConvertAll(stride, l => (object?)l));
        Value(tensor.requires_grad);
        Global("collections", "OrderedDict");
        Op(')');
        Op('R');
        if (storageClass is null)
        {
            Global("torch", PickledTensors.TypeName(tensor.dtype));
        }
        Op('t');
        Op('R');
    }

    private (int Number, long Offset, long[] Stride, long Count) Place(Tensor tensor)
    {
        using var quiet = no_grad();
        var start = Storage(tensor);
        if (start is not { } memory || _users[memory] == 1)
        {
            var plain = Aten.contiguous(Aten.detach(tensor));
            if (plain.device_type != DeviceType.CPU)
            {
                plain = plain.cpu();
            }
            plain = plain.resolve_conj().resolve_neg();
            _storages.Add(plain);
            return (_storages.Count - 1, 0, plain.stride(), plain.NumberOfElements);
        }
        var info = tensor.Info();
        var length = info.StorageBytes / info.ElementSize;
        if (!_shared.TryGetValue((memory, tensor.dtype), out var number))
        {
            number = _storages.Count;
            _shared.Add((memory, tensor.dtype), number);
            _storages.Add(Aten.as_strided(Aten.detach(tensor), [length], [1], 0));
        }
        return (number, info.StorageOffset, tensor.stride(), length);
    }

    private void Op(int code) => _bytes.WriteByte((byte)code);

    private Span<byte> Room(int count)
    {
        var at = (int)_bytes.Length;
        _bytes.SetLength(at + count);
        _bytes.Position = at + count;
        return _bytes.GetBuffer().AsSpan(at, count);
    }
}
