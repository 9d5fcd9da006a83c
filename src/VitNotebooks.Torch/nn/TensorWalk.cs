using System.Collections;
using System.Runtime.CompilerServices;
using VitNotebooks.Acceleration;

namespace TorchSharp;

/// <summary>What is done with each tensor that hangs on a value.</summary>
internal interface ITensorVisitor
{
    void Visit(torch.Tensor tensor);

    void Visit(torch.nn.utils.rnn.PackedSequence sequence);
}

/// <summary>
/// Finds the tensors that hang on a value: itself, in tuples, lists and dictionaries, in what says itself which it owns, and in the fields of any
/// other object (see <see cref="TensorFields"/>), however these are nested.
/// </summary>
internal struct TensorWalk<TVisitor>(TVisitor visitor)
    where TVisitor : struct, ITensorVisitor
{
    /// <summary>Results nest a few levels; what goes deeper is left.</summary>
    private const int Deepest = 64;

    /// <summary>So deep no circle has closed, and nothing is remembered.</summary>
    private const int Shallow = 3;

    private TVisitor _visitor = visitor;
    private HashSet<object>? _seen;
    private int _depth;

    public void Visit(object? value)
    {
        switch (value)
        {
            case null or string:
                break;
            case torch.Tensor tensor:
                _visitor.Visit(tensor);
                break;
            case torch.nn.utils.rnn.PackedSequence packed:
                _visitor.Visit(packed);
                break;
            default:
                if (_depth == Deepest || !IsNew(value))
                {
                    break;
                }
                _depth++;
                VisitParts(value);
                _depth--;
                break;
        }
    }

    private bool IsNew(object value) =>
        _depth < Shallow
        || value is ValueType
        || (_seen ??= new HashSet<object>(ReferenceEqualityComparer.Instance)).Add(value);

    private void VisitParts(object value)
    {
        switch (value)
        {
            case IMoveTensors owner:
                foreach (var tensor in owner.OwnedTensors)
                {
                    _visitor.Visit(tensor);
                }
                break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                {
                    Visit(tuple[i]);
                }
                break;
            case IDictionary dictionary:
                Visit(dictionary.Values);
                break;
            // Numbers in bulk hold no tensors.
            case Array array when array.GetType().GetElementType()!.IsPrimitive:
                break;
            case ICollection or IEnumerable<torch.Tensor>:
                foreach (var item in (IEnumerable)value)
                {
                    Visit(item);
                }
                break;
            default:
                foreach (var field in TensorFields.Of(value.GetType()))
                {
                    Visit(field.GetValue(value));
                }
                break;
        }
    }
}
