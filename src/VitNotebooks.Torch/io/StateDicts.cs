using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Finds the tensors of a model in what a training script saved.</summary>
[BeyondTorchSharp]
public static class StateDicts
{
    /// <summary>Where scripts keep the weights, the likeliest first.</summary>
    private static readonly string[] s_keys =
    [
        "state_dict",
        "model",
        "model_state_dict",
        "model_state",
        "module",
        "net",
        "network",
        "weights",
        "params",
        "teacher",
        "student",
        "model_ema",
        "state_dict_ema",
        "ema",
        "params_ema",
    ];

    /// <summary>
    /// The state dict in a tree: the tree itself when its values are tensors, else the entry <paramref name="key"/>, else the first of
    /// state_dict, model, model_state_dict, ..., model_ema that holds one. Where data parallelism put <c>module.</c> before every name, it is taken off.
    /// </summary>
    /// <param name="tree">What <see cref="PthFile.Load(string)"/> returned.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="key">The entry that holds it, dotted for one inside another; null looks for it.</param>
    /// <exception cref="TensorFileException">There is none; the message lists what there is.</exception>
    public static Dictionary<string, Tensor> Find(object? tree, string file, string? key = null)
    {
        if (key is not null)
        {
            var at = key.Split('.').Aggregate(tree, (node, step) => Entry(node, step));
            return Strip(
                Tensors(at)
                    ?? throw new TensorFileException(
                        $"{file}: '{key}' is no dictionary of tensors. There are: {Outline(tree)}."
                    )
            );
        }
        var found =
            Tensors(tree)
            ?? s_keys.Select(k => Tensors(Entry(tree, k))).FirstOrDefault(t => t is not null)
            ?? s_keys
                .SelectMany(outer => s_keys.Select(inner => Tensors(Entry(Entry(tree, outer), inner))))
                .FirstOrDefault(t => t is not null)
            ?? throw new TensorFileException(
                $"{file}: no state dict was found. There are: {Outline(tree)}. Name the entry that holds it."
            );
        return Strip(found);
    }

    private static object? Entry(object? node, string key) =>
        node is OrderedDictionary<object, object?> dictionary && dictionary.TryGetValue(key, out var value)
            ? value
            : null;

    /// <summary>A dictionary's tensors when there are only texts as keys, at least one tensor, and no other dictionary inside.</summary>
    private static Dictionary<string, Tensor>? Tensors(object? node)
    {
        if (node is not OrderedDictionary<object, object?> dictionary)
        {
            return null;
        }
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary)
        {
            if (key is not string name || value is OrderedDictionary<object, object?> { Count: > 0 })
            {
                return null;
            }
            if (value is Tensor tensor)
            {
                tensors.Add(name, tensor);
            }
        }
        return tensors.Count > 0 && tensors.Count * 2 > dictionary.Count ? tensors : null;
    }

    private static Dictionary<string, Tensor> Strip(Dictionary<string, Tensor> tensors)
    {
        const string Wrapper = "module.";
        return tensors.Keys.All(k => k.StartsWith(Wrapper, StringComparison.Ordinal))
            ? tensors.ToDictionary(t => t.Key[Wrapper.Length..], t => t.Value, StringComparer.Ordinal)
            : tensors;
    }

    private static string Outline(object? tree) =>
        tree is OrderedDictionary<object, object?> dictionary
            ? string.Join(", ", dictionary.Take(20).Select(e => $"{Short(e.Key)} ({PickleNames.Describe(e.Value)})"))
                + (dictionary.Count > 20 ? $" and {dictionary.Count - 20} more" : "")
            : $"a {PickleNames.Describe(tree)}";

    private static string Short(object key)
    {
        var text = Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
