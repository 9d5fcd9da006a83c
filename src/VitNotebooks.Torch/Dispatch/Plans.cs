using System.Text;
using TorchSharp.Native;

namespace TorchSharp.Dispatch;

/// <summary>Argument plans: once an operator and process, a schema of ours is matched with the libtorch at hand.</summary>
internal static unsafe class Plans
{
    /// <summary>Makes the plan of an operator; the first of all loads libtorch.</summary>
    /// <exception cref="LibtorchException">There is no libtorch, or it does not load.</exception>
    /// <exception cref="TorchNotImplementedException">This libtorch has no such operator.</exception>
    /// <exception cref="TorchTypeException">It has one of other argument or result types.</exception>
    public static IntPtr Make(ref IntPtr plan, string schema)
    {
        Libtorch.Require();
        var create = (delegate* unmanaged<byte*, IntPtr*, int>)NativeModules.Core.Symbol("vn_plan");
        var text = Encoding.UTF8.GetBytes(schema + '\0');
        IntPtr made;
        fixed (byte* p = text)
        {
            Dispatcher.Check(create(p, &made), null);
        }
        // Two threads may both make one; the loser's few bytes stay.
        plan = made;
        return made;
    }
}
