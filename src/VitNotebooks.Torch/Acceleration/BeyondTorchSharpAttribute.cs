namespace TorchSharp;

/// <summary>
/// Marks a public member or type that TorchSharp 0.107 does not have. Code that must also compile on the real package
/// reaches such members through <c>VitNotebooks.Acceleration</c> alone.
/// </summary>
[BeyondTorchSharp]
[AttributeUsage(AttributeTargets.All, Inherited = false)]
public sealed class BeyondTorchSharpAttribute : Attribute;
