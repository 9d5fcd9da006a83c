using System.Collections.Concurrent;
using System.Reflection;

namespace TorchSharp;

/// <summary>The fields of a type, its base types' among them, in which tensors may hang; looked up once a type.</summary>
/// <remarks>
/// Fields and not properties: behind a property that stores there is one, and one that computes would make new tensors. Modules, scopes, delegates
/// and what is the system's own are not looked into: their tensors are not part of a result.
/// </remarks>
internal static class TensorFields
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = new();

    public static FieldInfo[] Of(Type type) => s_fields.GetOrAdd(type, Find);

    private static FieldInfo[] Find(Type type) =>
        IsOpaque(type) ? [] : [.. All(type).Where(f => MayHold(f.FieldType, []))];

    private static IEnumerable<FieldInfo> All(Type type)
    {
        for (var owner = type; owner is not null && !IsOpaque(owner); owner = owner.BaseType)
        {
            foreach (
                var field in owner.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            {
                yield return field;
            }
        }
    }

    /// <summary>Whether something of this declared type may have a tensor in it. What others can derive from may hold anything.</summary>
    private static bool MayHold(Type type, HashSet<Type> looked)
    {
        if (IsOpaque(type))
        {
            return false;
        }
        if (type.IsArray)
        {
            return MayHold(type.GetElementType()!, looked);
        }
        return !type.IsSealed
            || typeof(torch.Tensor).IsAssignableFrom(type)
            || typeof(torch.nn.utils.rnn.PackedSequence) == type
            || (looked.Add(type) && All(type).Any(field => MayHold(field.FieldType, looked)));
    }

    private static bool IsOpaque(Type type) =>
        type.IsPrimitive
        || type.IsEnum
        || type.IsPointer
        || type.IsFunctionPointer
        || type.IsByRefLike
        || typeof(Delegate).IsAssignableFrom(type)
        || typeof(torch.nn.Module).IsAssignableFrom(type)
        || type == typeof(DisposeScope)
        || IsSystems(type);

    // The system's generic types hold what they are made of: a Lazy<Tensor>, an entry of a HashSet.
    private static bool IsSystems(Type type) =>
        !type.IsGenericType
        && !type.IsArray
        && !type.IsInterface
        && type != typeof(object)
        && type != typeof(ValueType)
        && type.Namespace is { } space
        && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal));
}
