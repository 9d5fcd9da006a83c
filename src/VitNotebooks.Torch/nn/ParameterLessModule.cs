using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>A module that has nothing to train, store or move.</summary>
public interface IParameterLessModule;

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, TResult> : Module<T1, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, T2, TResult> : Module<T1, T2, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, T2, T3, TResult> : Module<T1, T2, T3, TResult>, IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, TResult>
    : Module<T1, T2, T3, T4, TResult>,
        IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, T5, TResult>
    : Module<T1, T2, T3, T4, T5, TResult>,
        IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

/// <summary>A module without parameters, buffers and sub-modules; registering one is refused.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, T5, T6, TResult>
    : Module<T1, T2, T3, T4, T5, T6, TResult>,
        IParameterLessModule
{
    protected ParameterLessModule(string name)
        : base(name) { }

    public override void register_buffer(string name, torch.Tensor tensor, bool persistent = true) =>
        throw ParameterLess.Refusal(GetName(), "buffer", name);

    public override void register_parameter(string name, Parameter param) =>
        throw ParameterLess.Refusal(GetName(), "parameter", name);

    public override void register_module(string name, Module? submodule) =>
        throw ParameterLess.Refusal(GetName(), "module", name);
}

internal static class ParameterLess
{
    public static InvalidOperationException Refusal(string module, string kind, string name) =>
        new($"{module}: a module without parameters cannot register the {kind} '{name}'; derive from Module instead.");
}
