namespace TorchSharp.Native;

/// <summary>Our allocator for large CPU tensors (Native/allocator.cpp). Where it does not compile, or
/// <c>VITNB_ALLOCATOR=libtorch</c> asks for it, libtorch's own stays.</summary>
internal sealed unsafe class CpuAllocator
{
    private readonly delegate* unmanaged<void> _trim;
    private readonly delegate* unmanaged<long*, long*, long*, void> _statistics;

    private CpuAllocator(NativeModule module)
    {
        _trim = (delegate* unmanaged<void>)module.Symbol("vn_allocator_trim");
        _statistics = (delegate* unmanaged<long*, long*, long*, void>)module.Symbol("vn_allocator_statistics");
        ((delegate* unmanaged<void>)module.Symbol("vn_allocator_install"))();
    }

    /// <summary>Why it is not in use, or null.</summary>
    public static string? Refusal { get; private set; }

    /// <summary>Puts it in place; null where libtorch's own stays.</summary>
    public static CpuAllocator? Install(LibtorchLocation location, ElfImage image)
    {
        if (Environment.GetEnvironmentVariable("VITNB_ALLOCATOR") == "libtorch")
        {
            Refusal = "VITNB_ALLOCATOR=libtorch";
            return null;
        }
        try
        {
            return new CpuAllocator(NativeModule.Load("allocator", location, image));
        }
        catch (LibtorchException e)
        {
            Refusal = e.Message;
            return null;
        }
    }

    /// <summary>Gives the idle memory back to the system.</summary>
    public void Trim() => _trim();

    /// <summary>Bytes of large tensors: in use, idle, and the most that was in use since the last trim.</summary>
    public (long Live, long Idle, long Peak) Statistics()
    {
        long live,
            idle,
            peak;
        _statistics(&live, &idle, &peak);
        return (live, idle, peak);
    }
}
