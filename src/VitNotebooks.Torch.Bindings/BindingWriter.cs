using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace VitNotebooks.Torch.Bindings;

/// <summary>Writes one method: parameters, the argument array in stack memory, the call, the results, and what keeps the
/// arguments alive until the native side is done.</summary>
internal sealed class BindingWriter
{
    private readonly Schema _schema;
    private readonly StringBuilder _fixed = new();
    private readonly StringBuilder _body = new();
    private readonly List<string> _keep = [];
    private readonly List<string> _keepLists = [];

    public BindingWriter(Schema schema) => _schema = schema;

    public string Write()
    {
        var required = new List<string>();
        var optional = new List<string>();
        // C# wants what has a default last; callers name such arguments, so the order among them is free.
        for (var i = 0; i < _schema.Arguments.Count; i++)
        {
            var argument = _schema.Arguments[i];
            var parameter = Parameter(argument, i);
            (argument.Default is null ? required : optional).Add(parameter);
        }
        var code = new StringBuilder();
        code.AppendLine($"    private static System.IntPtr s_{_schema.Name};");
        code.AppendLine($"    /// <summary><c>{Escape(_schema.Text)}</c></summary>");
        code.AppendLine(
            $"    public static {ReturnType()} @{_schema.Name}({string.Join(", ", required.Concat(optional))})"
        );
        code.AppendLine("    {");
        code.AppendLine($"        var plan = s_{_schema.Name};");
        code.AppendLine(
            $"        if (plan == System.IntPtr.Zero) plan = Plans.Make(ref s_{_schema.Name}, \"{Quote(_schema.Text)}\");"
        );
        var returns = Math.Max(1, _schema.Returns.Count);
        code.AppendLine($"        var arguments = stackalloc NativeValue[{Math.Max(1, _schema.Arguments.Count)}];");
        code.AppendLine($"        var results = stackalloc NativeValue[{returns}];");
        // Said before any handle is read: while this thread is in the call, nobody frees what it uses.
        code.AppendLine("        var thread = OpThread.Current;");
        code.AppendLine("        thread.EnterCall();");
        // An argument that is refused ends the call too: a thread that stays in one holds up what others free.
        code.AppendLine("        try {");
        code.Append(_body);
        code.Append(_fixed);
        var shown = _schema.Text.Substring(6, _schema.Text.IndexOf('(') - 6).Split('.')[0];
        code.AppendLine($"        Dispatcher.Call(thread, plan, arguments, results, {returns}, \"{shown}\");");
        code.AppendLine($"        {new string('}', _pins)}}} catch {{ thread.LeaveCall(); throw; }}");
        foreach (var name in _keep)
        {
            code.AppendLine($"        System.GC.KeepAlive({name});");
        }
        foreach (var name in _keepLists)
        {
            code.AppendLine($"        Dispatcher.KeepAlive({name}!);");
        }
        code.Append(Results());
        code.AppendLine("    }");
        return code.ToString();
    }

    private string Parameter(SchemaArgument argument, int i)
    {
        var name = "@" + argument.Name;
        var hasDefault = argument.Default is not null;
        string Simple(string type, string? literal)
        {
            Line($"arguments[{i}] = NativeValue.Of({name});");
            return literal is null ? $"{type} {name}" : $"{type} {name} = {literal}";
        }
        string Nullable(string type, string write)
        {
            var absent = hasDefault ? "NativeValue.Default" : "NativeValue.None";
            Line($"if ({name} is {{ }} v{i}) {{ {write} }} else arguments[{i}] = {absent};");
            return $"{type}? {name}{(hasDefault ? " = null" : "")}";
        }
        switch (argument.Type)
        {
            case "Tensor":
                _keep.Add(name);
                Line($"arguments[{i}] = NativeValue.Of({name}, thread);");
                return $"torch.Tensor {name}";
            case "Tensor?":
                _keep.Add(name);
                Line($"arguments[{i}] = NativeValue.OfOptional({name}, thread);");
                return $"torch.Tensor? {name}{(hasDefault ? " = null" : "")}";
            case "Tensor[]":
                return TensorList(name, i, "torch.Tensor", "TensorList", hasDefault);
            case "Tensor?[]":
                return TensorList(name, i, "torch.Tensor?", "OptionalTensorList", hasDefault);
            case "int":
            case "SymInt":
                return hasDefault && !IsNumber(argument.Default!)
                    ? Nullable("long", $"arguments[{i}] = NativeValue.Of(v{i});")
                    : Simple("long", argument.Default);
            case "float":
                return hasDefault && !IsNumber(argument.Default!)
                    ? Nullable("double", $"arguments[{i}] = NativeValue.Of(v{i});")
                    : Simple("double", argument.Default is { } d && d.EndsWith(".") ? d + "0" : argument.Default);
            case "bool":
                return Simple("bool", argument.Default?.ToLowerInvariant());
            case "int?":
            case "SymInt?":
                return Nullable("long", $"arguments[{i}] = NativeValue.Of(v{i});");
            case "float?":
                return Nullable("double", $"arguments[{i}] = NativeValue.Of(v{i});");
            case "bool?":
                return Nullable("bool", $"arguments[{i}] = NativeValue.Of(v{i});");
            case "ScalarType":
                if (hasDefault)
                {
                    return Nullable("torch.ScalarType", $"arguments[{i}] = NativeValue.Of((long)v{i});");
                }
                Line($"arguments[{i}] = NativeValue.Of((long){name});");
                return $"torch.ScalarType {name}";
            case "ScalarType?":
                return Nullable("torch.ScalarType", $"arguments[{i}] = NativeValue.Of((long)v{i});");
            case "Layout?":
                return Nullable("layout", $"arguments[{i}] = NativeValue.Of((long)v{i});");
            case "MemoryFormat" when hasDefault:
                return Nullable("memory_format", $"arguments[{i}] = NativeValue.Of(v{i}.ToNative());");
            case "MemoryFormat":
                Line($"arguments[{i}] = NativeValue.Of({name}.ToNative());");
                return $"memory_format {name}";
            case "MemoryFormat?":
                return Nullable("memory_format", $"arguments[{i}] = NativeValue.Of(v{i}.ToNative());");
            case "Device":
                Line($"arguments[{i}] = NativeValue.Of({name});");
                return $"torch.Device {name}";
            case "Device?":
                return Nullable("torch.Device", $"arguments[{i}] = NativeValue.Of(v{i});");
            case "Generator?":
                _keep.Add(name);
                return Nullable("torch.Generator", $"arguments[{i}] = NativeValue.Of(v{i});");
            case "Scalar":
                Line($"var scratch{i} = stackalloc double[2];");
                if (hasDefault)
                {
                    return Nullable("ScalarValue", $"v{i}.Write(&arguments[{i}], scratch{i});");
                }
                Line($"{name}.Write(&arguments[{i}], scratch{i});");
                return $"ScalarValue {name}";
            case "Scalar?":
                Line($"var scratch{i} = stackalloc double[2];");
                return Nullable("ScalarValue", $"v{i}.Write(&arguments[{i}], scratch{i});");
            case "Scalar[]":
                Line($"var scalars{i} = stackalloc NativeValue[{name}.Length];");
                Line($"var scratch{i} = stackalloc double[2 * {name}.Length];");
                Line($"for (var n = 0; n < {name}.Length; n++) {name}[n].Write(&scalars{i}[n], scratch{i} + 2 * n);");
                Line(
                    $"arguments[{i}] = new NativeValue(ValueTag.ScalarList, {name}.Length, (System.IntPtr)scalars{i});"
                );
                return $"System.ReadOnlySpan<ScalarValue> {name}";
            case "int[]":
            case "SymInt[]":
                return Pinned(name, i, "long", "IntList", hasDefault);
            case "float[]":
                return Pinned(name, i, "double", "DoubleList", hasDefault);
            case "bool[]":
                return Pinned(name, i, "bool", "BoolList", hasDefault);
            case "int[]?":
            case "SymInt[]?":
                return PinnedArray(name, i, "long", "IntList", hasDefault);
            case "float[]?":
                return PinnedArray(name, i, "double", "DoubleList", hasDefault);
            case "str":
                return Text(name, i, nullable: false, hasDefault, argument.Default);
            case "str?":
                return Text(name, i, nullable: true, hasDefault, null);
            default:
                throw new FormatException(
                    $"'{_schema.Text}': type {argument.Type} of {argument.Name} cannot be bound."
                );
        }
    }

    private string TensorList(string name, int i, string element, string tag, bool hasDefault)
    {
        // Short lists, the rule, on the stack.
        Line(
            $"System.Span<System.IntPtr> handles{i} = {name}.Length <= 128 ? stackalloc System.IntPtr[{name}.Length + 1] : new System.IntPtr[{name}.Length];"
        );
        Line($"Dispatcher.Handles({name}!, handles{i});");
        _fixed.AppendLine($"        fixed (System.IntPtr* p{i} = handles{i}) {{");
        _fixed.AppendLine(
            $"        arguments[{i}] = new NativeValue(ValueTag.{tag}, {name}.Length, (System.IntPtr)p{i});"
        );
        _pins++;
        _keepLists.Add(name);
        return $"System.ReadOnlySpan<{element}> {name}{(hasDefault ? " = default" : "")}";
    }

    private string Pinned(string name, int i, string element, string tag, bool hasDefault)
    {
        _fixed.AppendLine($"        fixed ({element}* p{i} = {name}) {{");
        var value = $"new NativeValue(ValueTag.{tag}, {name}.Length, (System.IntPtr)p{i})";
        _fixed.AppendLine(
            $"        arguments[{i}] = {(hasDefault ? $"{name}.IsEmpty ? NativeValue.Default : {value}" : value)};"
        );
        _pins++;
        return $"System.ReadOnlySpan<{element}> {name}{(hasDefault ? " = default" : "")}";
    }

    private string PinnedArray(string name, int i, string element, string tag, bool hasDefault)
    {
        var absent = hasDefault ? "NativeValue.Default" : "NativeValue.None";
        _fixed.AppendLine($"        fixed ({element}* p{i} = {name}) {{");
        _fixed.AppendLine(
            $"        arguments[{i}] = {name} is null ? {absent} : new NativeValue(ValueTag.{tag}, {name}.Length, (System.IntPtr)p{i});"
        );
        _pins++;
        return $"{element}[]? {name}{(hasDefault ? " = null" : "")}";
    }

    private string Text(string name, int i, bool nullable, bool hasDefault, string? fallback)
    {
        var absent = hasDefault ? "NativeValue.Default" : "NativeValue.None";
        Line(
            $"var text{i} = {name} is null ? System.Array.Empty<byte>() : System.Text.Encoding.UTF8.GetBytes({name});"
        );
        _fixed.AppendLine($"        fixed (byte* p{i} = text{i}) {{");
        _fixed.AppendLine(
            $"        arguments[{i}] = {name} is null ? {absent} : new NativeValue(ValueTag.String, text{i}.Length, (System.IntPtr)p{i});"
        );
        _pins++;
        return nullable || hasDefault ? $"string? {name}{(hasDefault ? " = null" : "")}" : $"string {name}";
    }

    private int _pins;

    private string Results()
    {
        var code = new StringBuilder();
        if (_schema.InPlace)
        {
            // The native side returns the very tensor it wrote: drop that reference and hand back the same wrapper.
            code.AppendLine("        Dispatcher.Release(results[0]);");
            code.AppendLine($"        return @{_schema.Arguments[0].Name};");
        }
        else if (_schema.Returns.Count == 1)
        {
            code.AppendLine($"        return {Result(_schema.Returns[0], 0)};");
        }
        else if (_schema.Returns.Count > 1)
        {
            code.AppendLine($"        return ({string.Join(", ", _schema.Returns.Select(Result))});");
        }
        return code.ToString();
    }

    private string ReturnType() =>
        _schema.Returns.Count switch
        {
            0 => "void",
            1 => ResultType(_schema.Returns[0]),
            _ => $"({string.Join(", ", _schema.Returns.Select(ResultType))})",
        };

    private string ResultType(string type) =>
        type switch
        {
            "Tensor" => "torch.Tensor",
            "Tensor[]" => "torch.Tensor[]",
            "int" or "SymInt" => "long",
            "float" => "double",
            "bool" => "bool",
            "Scalar" => "ScalarValue",
            "ScalarType" => "torch.ScalarType",
            _ => throw new FormatException($"'{_schema.Text}': a result of type {type} cannot be bound."),
        };

    private static string Result(string type, int i) =>
        type switch
        {
            "Tensor" => $"Dispatcher.Take(results[{i}], thread)",
            "Tensor[]" => $"Dispatcher.TakeList(results[{i}])",
            "int" or "SymInt" => $"results[{i}].Integer",
            "float" => $"results[{i}].Real",
            "bool" => $"results[{i}].Integer != 0",
            "Scalar" => $"ScalarValue.Read(results[{i}])",
            _ => $"(torch.ScalarType)results[{i}].Integer",
        };

    private void Line(string text) => _body.Append("        ").AppendLine(text);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        && text.IndexOf("inf", StringComparison.OrdinalIgnoreCase) < 0
        && text.IndexOf("nan", StringComparison.OrdinalIgnoreCase) < 0;

    private static string Quote(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
