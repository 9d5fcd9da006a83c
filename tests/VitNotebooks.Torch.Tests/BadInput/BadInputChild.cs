using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.BadInput;

/// <summary>
/// Calls what is public with arguments of <see cref="NastyArguments"/>, and writes each call down before it is made: after a
/// crash the last line names it. What is no typed exception is a line that starts with "BAD".
/// </summary>
internal static partial class BadInputChild
{
    private static readonly string[] s_left =
    [
        // Take an address from the caller, or give the caller the duty to free one.
        "UnsafeCreateTensor",
        "DecoupleFromNativeHandle",
        // Files: tested in io.
        "from_file",
        "Load",
        "Save",
        "load",
        "save",
        // Throws the caller's own text.
        "_assert",
        // Settings of the process, of which the next calls would suffer.
        "use_deterministic_algorithms",
        "set_deterministic_debug_mode",
        "set_warn_always",
        "set_float32_matmul_precision",
        "set_num_interop_threads",
        "set_default_dtype",
        "set_default_device",
        "set_default_tensor_type",
        "set_printoptions",
        "set_TensorStringStyle",
        // Objects that change the thread until they are disposed.
        "NewDisposeScope",
        "no_grad",
        "enable_grad",
        "inference_mode",
        "set_grad_enabled",
    ];

    /// <summary>One method and how it is called.</summary>
    internal sealed record Target(
        string Name,
        Type[] Types,
        bool[] Optional,
        bool OfInstance,
        Func<object?[], object?> Call
    );

    /// <param name="arguments">Seed, first call, number of calls, the record's file.</param>
    public static int Run(string[] arguments)
    {
        var seed = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var first = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        using var record = new FileStream(arguments[3], FileMode.Append, FileAccess.Write, FileShare.Read, 1);
        var targets = Targets();
        torch.manual_seed(1);
        LimitMemory();
        Write(record, $"START {targets.Count}");
        for (var call = first; call < count; call++)
        {
            using var scope = NewDisposeScope();
            var random = new Random(unchecked((seed * 1_000_003) + call));
            var target = targets[(int)((uint)(call * 7919L) % targets.Count)];
            var nasty = new NastyArguments(random);
            var values = target.Types.Select((t, i) => nasty.Draw(t, target.Optional[i])).ToArray();
            // Calling a method of nothing is C#'s own NullReferenceException.
            if (target.OfInstance && values[0] is null && target.Types[0] == typeof(Tensor))
            {
                values[0] = torch.ones(3, 4);
            }

            Write(record, $"CALL {call} {target.Name}({string.Join(", ", values.Select(NastyArguments.Show))})");
            try
            {
                // What is lazy is asked for, so that its failures come here.
                if (target.Call(values) is System.Collections.IEnumerable list and not Tensor and not string)
                {
                    foreach (var _ in list) { }
                }
            }
            catch (Exception error)
                when (error
                        is TorchException
                            or ArgumentException
                            or InvalidOperationException
                            or NotSupportedException
                            or FormatException
                            or OverflowException
                )
            {
                // .NET itself puts the object's or the parameter's name on a line of its own.
                if (error is ObjectDisposedException or ArgumentException)
                {
                    continue;
                }

                if (error.Message.Length == 0 || error.Message.Contains('\n', StringComparison.Ordinal))
                {
                    Write(
                        record,
                        $"BAD {call} {target.Name}: a message of several lines: {error.Message.ReplaceLineEndings(" / ")}"
                    );
                }
            }
            catch (Exception error)
            {
                var place = error.StackTrace?.Split('\n')[0].Trim();
                Write(
                    record,
                    $"BAD {call} {target.Name}: {error.GetType().Name} {error.Message.ReplaceLineEndings(" ")} {place}"
                );
            }
        }
        Write(record, "END");
        return 0;
    }

    /// <summary>All bindings, and all public methods of the classes that the table of operations covers.</summary>
    internal static List<Target> Targets()
    {
        var types = OperationForms
            .Classes.Values.SelectMany(t => t)
            .Prepend(typeof(TorchSharp.Dispatch.Aten))
            .Append(typeof(TensorExtensionMethods));
        return
        [
            .. types
                .SelectMany(OperationForms.Members)
                .Where(m => !s_left.Contains(m.Name) && m.GetParameters().All(p => !p.ParameterType.IsByRef))
                .Select(Bind)
                .OfType<Target>()
                .OrderBy(t => t.Name, StringComparer.Ordinal),
        ];
    }

    private static Target? Bind(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition)
        {
            if (method.GetGenericArguments().Length != 1)
            {
                return null;
            }

            method = method.MakeGenericMethod(typeof(float));
        }
        var values = Expression.Parameter(typeof(object[]), "values");
        var types = new List<Type>();
        var optional = new List<bool>();
        Expression Next(Type type, bool hasDefault)
        {
            var span = type.IsByRefLike ? type.GetGenericArguments()[0].MakeArrayType() : type;
            var value = Expression.Convert(Expression.ArrayIndex(values, Expression.Constant(types.Count)), span);
            types.Add(span);
            optional.Add(hasDefault);
            return type.IsByRefLike ? Expression.Call(type.GetMethod("op_Implicit", [span])!, value) : value;
        }
        var parameters = method.GetParameters();
        if (
            parameters.Any(p =>
                (p.ParameterType.IsByRefLike && p.ParameterType.GetGenericArguments().Length != 1)
                || typeof(Delegate).IsAssignableFrom(p.ParameterType)
                || typeof(Stream).IsAssignableFrom(p.ParameterType)
            ) || method.ReturnType.IsByRefLike
        )
        {
            return null;
        }

        var target = method.IsStatic ? null : Next(method.DeclaringType!, false);
        Expression call = Expression.Call(
            target,
            method,
            parameters.Select(p => Next(p.ParameterType, p.IsOptional)).ToArray()
        );
        call =
            method.ReturnType == typeof(void)
                ? Expression.Block(call, Expression.Constant(null))
                : Expression.Convert(call, typeof(object));
        var lambda = Expression.Lambda<Func<object?[], object?>>(call, values);
        // Compiled at the first call: there are two thousand, and a run makes some of them.
        var compiled = new Lazy<Func<object?[], object?>>(lambda.Compile);
        return new(
            OperationForms.Signature(method),
            [.. types],
            [.. optional],
            !method.IsStatic || method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)),
            given => compiled.Value(given)
        );
    }

    private static void Write(FileStream record, string line)
    {
        record.Write(Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"));
        record.Flush();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    // 1.5 GB beyond what is mapped now: a size that overflows is refused, not granted by the kernel's optimism.
    private static void LimitMemory()
    {
        var mapped = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmSize", StringComparison.Ordinal));
        var bytes =
            ulong.Parse(
                mapped.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture
            ) << 10;
        var limit = new Limit { Soft = bytes + (1536UL << 20), Hard = ulong.MaxValue };
        _ = SetLimit(9, ref limit);
        var core = new Limit();
        _ = SetLimit(4, ref core); // no core files
    }
}
