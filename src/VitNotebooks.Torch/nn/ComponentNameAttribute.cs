namespace TorchSharp.Utils;

/// <summary>Gives a field of a module another name in its state dict than its own.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ComponentNameAttribute : Attribute
{
    /// <summary>The name under which the component is registered.</summary>
    public string? Name { get; set; }
}
