namespace TorchSharp.Native;

/// <summary>The libtorch of this process: found, loaded with its BLAS, and our native modules on top of it.</summary>
internal static class Libtorch
{
    private static readonly Lazy<Loaded> s_loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);
    private static readonly Lazy<NativeModule> s_kernels = new(
        () => NativeModule.Load("kernels", s_loaded.Value.Location, s_loaded.Value.Image),
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    public sealed record Loaded(
        LibtorchLocation Location,
        ElfImage Image,
        string Blas,
        NativeModule Core,
        bool Cuda,
        CpuAllocator? Allocator,
        WidenedProducts Products
    );

    /// <summary>Loads everything at the first call.</summary>
    /// <exception cref="LibtorchException">Says what is missing and the command that mends it.</exception>
    public static Loaded Instance => s_loaded.Value;

    private static Loaded Load()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LibtorchException("This build of the torch layer runs on Linux only.");
        }
        var location = LibtorchLocation.Find();
        var image = ElfImage.Read(location.CpuLibrary);
        var blas = Blas.Load(image);
        DynamicLoader.OpenGlobal(Path.Combine(location.LibraryFolder, "libc10.so"));
        DynamicLoader.OpenGlobal(location.CpuLibrary);
        var cuda = Path.Combine(location.LibraryFolder, "libtorch_cuda.so");
        var hasCuda = File.Exists(cuda);
        if (hasCuda)
        {
            DynamicLoader.OpenGlobal(cuda);
        }
        // Side by side: the first time each of them is compiled.
        var allocator = Task.Run(() => CpuAllocator.Install(location, image));
        var products = Task.Run(() => WidenedProducts.Install(location, image));
        var core = NativeModule.Load("core", location, image);
        UseAllCores(core);
        return new Loaded(
            location,
            image,
            blas,
            core,
            hasCuda,
            allocator.GetAwaiter().GetResult(),
            products.GetAwaiter().GetResult()
        );
    }

    // A count that the user gave, to OpenMP or to MKL, stays.
    private static unsafe void UseAllCores(NativeModule core)
    {
        if (
            Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not { Length: > 0 }
            && Environment.GetEnvironmentVariable("MKL_NUM_THREADS") is not { Length: > 0 }
        )
        {
            _ = ((delegate* unmanaged<int, int>)core.Symbol("vn_set_num_threads"))(PhysicalCores.Available());
        }
    }

    /// <summary>Loads libtorch if that has not happened. Called before anything touches a class whose static fields are
    /// native functions: what goes wrong there would come as a type initializer's exception, and not as a sentence.</summary>
    /// <exception cref="LibtorchException">Says what is missing and the command that mends it.</exception>
    public static void Require() => _ = s_loaded.Value;

    /// <summary>Why our own kernels are not in use, or null. Without them the plain ops run.</summary>
    public static string? KernelsRefusal => s_kernelsRefusal.Value;

    private static readonly Lazy<string?> s_kernelsRefusal = new(() =>
    {
        try
        {
            _ = s_kernels.Value;
            return null;
        }
        catch (LibtorchException e)
        {
            return e.Message;
        }
    });

    /// <summary>Our own kernels (fused optimizers, EMA, clipping).</summary>
    public static NativeModule Kernels => s_kernels.Value;
}

/// <summary>The native modules by name.</summary>
internal static class NativeModules
{
    /// <summary>Boxed calls, tensors, autograd, generators.</summary>
    public static NativeModule Core => Libtorch.Instance.Core;

    /// <summary>Our closed list of kernels.</summary>
    public static NativeModule Kernels => Libtorch.Kernels;
}
