using System.Runtime.InteropServices;
using Shouldly;
using TorchSharp;
using TorchSharp.Native;
using TorchSharp.Tests;
using Xunit;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>Streams of several devices, which a machine of tests has not: the native module over libtorch's own fake of eight devices.</summary>
public sealed unsafe class StreamExchangeTests
{
    // Before the module's source and after it.
    private const string Fake = """
        #include <c10/core/impl/FakeGuardImpl.h>
        namespace {
        using FakeCuda = c10::impl::FakeGuardImpl<c10::DeviceType::CUDA>;
        C10_REGISTER_GUARD_IMPL(CUDA, FakeCuda);
        }
        #define VN_NO_CUDA_HEADERS

        """;

    private const string Questions = """
        VN_EXPORT void* fake_stream(int32_t index, int64_t id) { return new c10::Stream(c10::Stream::UNSAFE, device(index), id); }
        VN_EXPORT int32_t fake_device() { return FakeCuda::getDeviceIndex(); }
        VN_EXPORT int64_t fake_current(int32_t index) { return FakeCuda::getCurrentStreamIdFor(index); }
        """;

    [Fact]
    public void Use_OfStreamsOnOtherDevices_RestoresStreamsAndDevices() =>
        ChildProgram
            .Run(UseAndLeave, seconds: 300)
            .Split('\n')
            .ShouldBe([
                "device 0: 0 0 0 0",
                "device 3: 0 0 0 5",
                "device 1: 0 9 0 5",
                "device 3: 0 0 0 5",
                "device 0: 0 0 0 0",
            ]);

    private static void UseAndLeave()
    {
        var folder = Directory.CreateTempSubdirectory("vitnb-fake-cuda-");
        try
        {
            Exchange(NativeLibrary.Load(Compile(folder.FullName)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Compile(string folder)
    {
        var (torch, path) = (Libtorch.Instance.Location, Path.Combine(folder, "fake.so"));
        using var source = new StreamReader(typeof(torch).Assembly.GetManifestResourceStream("native/cuda.cpp")!);
        NativeModule.Compile(
            "fake",
            Fake + source.ReadToEnd() + Questions,
            torch,
            NativeModule.UsesNewStrings(torch) ? 1 : 0,
            path
        );
        return path;
    }

    private static void Exchange(IntPtr module)
    {
        IntPtr Symbol(string name) => NativeLibrary.GetExport(module, name);
        var stream = (delegate* unmanaged<int, long, IntPtr>)Symbol("fake_stream");
        var exchange = (delegate* unmanaged<IntPtr, IntPtr*, int*, int>)Symbol("vn_cuda_stream_exchange");
        var restore = (delegate* unmanaged<IntPtr, int, int>)Symbol("vn_cuda_stream_restore");
        var device = (delegate* unmanaged<int>)Symbol("fake_device");
        var current = (delegate* unmanaged<int, long>)Symbol("fake_current");
        void Say() => Console.WriteLine($"device {device()}: {current(0)} {current(1)} {current(2)} {current(3)}");

        Say();
        IntPtr outer,
            inner;
        int outerDevice,
            innerDevice;
        exchange(stream(3, 5), &outer, &outerDevice).ShouldBe(0);
        Say();
        exchange(stream(1, 9), &inner, &innerDevice).ShouldBe(0);
        Say();
        restore(inner, innerDevice).ShouldBe(0);
        Say();
        restore(outer, outerDevice).ShouldBe(0);
        Say();
    }
}
