using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Native;

namespace VitNotebooks.Acceleration;

/// <summary>One event as Native/profiler.cpp lays it out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeEvent(long Start, long End, int Name, int Shapes, int Thread, int Scope);

/// <summary>The native module <c>profiler</c>.</summary>
internal static unsafe class ProfilerEngine
{
    private static readonly NativeFeature s_module = new("profiler");

    public static string? Refusal => s_module.Refusal;

    public static void Start(bool shapes, bool allThreads) =>
        s_module.Check(
            ((delegate* unmanaged<int, int, int>)s_module.Symbol("vn_profiler_start"))(
                shapes ? 1 : 0,
                allThreads ? 1 : 0
            ),
            "profiler"
        );

    public static List<ProfiledEvent> Stop()
    {
        IntPtr result;
        NativeEvent* events;
        long count,
            names;
        s_module.Check(
            ((delegate* unmanaged<IntPtr*, NativeEvent**, long*, long*, int>)s_module.Symbol("vn_profiler_stop"))(
                &result,
                &events,
                &count,
                &names
            ),
            "profiler"
        );
        try
        {
            var name = (delegate* unmanaged<IntPtr, long, IntPtr>)s_module.Symbol("vn_profiler_name");
            var texts = new string[names];
            for (var i = 0; i < names; i++)
            {
                texts[i] = string.Intern(Marshal.PtrToStringUTF8(name(result, i)) ?? "");
            }
            var list = new List<ProfiledEvent>(checked((int)count));
            for (var i = 0; i < count; i++)
            {
                var e = events[i];
                list.Add(
                    new ProfiledEvent(
                        texts[e.Name],
                        (ProfiledKind)e.Scope,
                        e.Thread,
                        TimeSpan.FromTicks(e.Start / TimeSpan.NanosecondsPerTick),
                        TimeSpan.FromTicks(Math.Max(0, e.End - e.Start) / TimeSpan.NanosecondsPerTick),
                        e.Shapes >= 0 ? texts[e.Shapes] : null
                    )
                    {
                        StartNanoseconds = e.Start,
                        Nanoseconds = Math.Max(0, e.End - e.Start),
                    }
                );
            }
            return list;
        }
        finally
        {
            ((delegate* unmanaged<IntPtr, void>)s_module.Symbol("vn_profiler_free"))(result);
        }
    }

    public static (long Place, ulong Generation) EnterRange(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name + '\0');
        ulong generation;
        fixed (byte* p = bytes)
        {
            var place = ((delegate* unmanaged<byte*, ulong*, long>)s_module.Symbol("vn_profiler_range_enter"))(
                p,
                &generation
            );
            return (place, generation);
        }
    }

    public static void LeaveRange(long place, ulong generation) =>
        ((delegate* unmanaged<long, ulong, void>)s_module.Symbol("vn_profiler_range_leave"))(place, generation);
}
