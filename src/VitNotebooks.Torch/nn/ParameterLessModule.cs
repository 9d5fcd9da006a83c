namespace TorchSharp.Modules;

/// <summary>A module that has nothing to train, store or move; the classes are in ParameterLessModule.arity.</summary>
public interface IParameterLessModule;

internal static class ParameterLess
{
    public static InvalidOperationException Refusal(string module, string kind, string name) =>
        new($"{module}: a module without parameters cannot register the {kind} '{name}'; derive from Module instead.");
}
