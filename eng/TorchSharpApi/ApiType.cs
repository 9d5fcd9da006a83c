namespace TorchSharpApi;

/// <summary>
/// One type of the list: <c>TorchSharp.Modules | class Linear : torch.nn.Module&lt;torch.Tensor, torch.Tensor&gt;</c> and
/// its members, each as the list spells it.
/// </summary>
/// <param name="Namespace">For example <c>TorchSharp.Modules</c>.</param>
/// <param name="Kind"><c>class</c>, <c>abstract class</c>, <c>static class</c>, <c>struct</c>, <c>enum</c> or <c>interface</c>.</param>
/// <param name="Name">With the enclosing types and the type parameters: <c>torch.nn.Module&lt;T, TResult&gt;</c>.</param>
/// <param name="Base">The base class, empty where there is none.</param>
/// <param name="Members">Their signatures.</param>
public sealed record ApiType(string Namespace, string Kind, string Name, string Base, IReadOnlyList<string> Members)
{
    /// <summary>The name with its namespace: what a type is looked up by.</summary>
    public string FullName => $"{Namespace}|{Name}";
}
