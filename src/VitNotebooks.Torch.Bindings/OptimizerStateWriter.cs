using System;
using System.Collections.Generic;
using System.Linq;

namespace VitNotebooks.Torch.Bindings;

/// <summary>Writes the body of an optimizer's <c>State</c>: fields, beginning, saving, comparing, moving.</summary>
internal sealed class OptimizerStateWriter
{
    private readonly OptimizerTable _table;
    private readonly Action<string> _add;

    public OptimizerStateWriter(OptimizerTable table, Action<string> add)
    {
        _table = table;
        _add = add;
    }

    public void Write()
    {
        foreach (var field in _table.State)
        {
            _add($"public {field.Type}{(field.IsTensor ? "?" : "")} {field.Name};");
        }
        _add(
            $$"""
            public State(Parameter parameter) : base(parameter) { }

            public override void Initialize(OptimizerOptions options)
            {
                var o = (Options)options;
                Dispose(true);
                {{Each(Begin)}}
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                {{Each(Save)}}
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                {{Each(Load)}}
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = As<State>(source);
                {{Each(f => f.IsTensor ? $"Replace(ref {f.Name}, other.{f.Name});" : $"{f.Name} = other.{f.Name};")}}
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state
                {{string.Join(
                " ",
                _table.State.Select(f =>
                    f.IsTensor ? $"&& Close({f.Name}, state.{f.Name})" : $"&& {f.Name} == state.{f.Name}"
                )
            )}};

            public override void to(Device device)
            {
                {{Tensors(f => $"MoveTo(ref {f.Name}, device);")}}
            }

            protected override void Dispose(bool disposing)
            {
                {{Tensors(f => $"{f.Name}?.Dispose();")}}
            }
            """
        );
    }

    private string Each(Func<OptimizerTable.Field, string> line) => string.Join(" ", _table.State.Select(line));

    private string Tensors(Func<OptimizerTable.Field, string> line) =>
        string.Join(" ", _table.State.Where(f => f.IsTensor).Select(line));

    private static string Begin(OptimizerTable.Field field)
    {
        var start = field.Start;
        if (start.Length > 0 && char.IsLetter(start[0]))
        {
            start = $"o.{start}!.Value";
        }
        if (!field.IsTensor)
        {
            return $"{field.Name} = {(start.Length == 0 ? "0" : start)};";
        }
        var tensor = start.Length == 0 ? "Zeros()" : $"Full({start})";
        return field.Condition switch
        {
            null => $"{field.Name} = {tensor};",
            "never" => $"{field.Name} = null;",
            var condition => $"{field.Name} = o.{condition} ? {tensor} : null;",
        };
    }

    private static string Save(OptimizerTable.Field field) =>
        !field.IsTensor ? $"writer.Write({field.Name});"
        : field.Condition is null ? $"VitNotebooks.Files.DatFormat.WriteTensor(writer, {field.Name}!);"
        : $"Write(writer, {field.Name});";

    private static string Load(OptimizerTable.Field field) =>
        !field.IsTensor ? $"{field.Name} = reader.Read{(field.Type == "long" ? "Int64" : "Double")}();"
        : field.Condition is null ? $"ReadAlways(reader, ref {field.Name}, nameof({field.Name}));"
        : $"Read(reader, ref {field.Name}, nameof({field.Name}));";
}
