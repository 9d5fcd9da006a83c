using System.Diagnostics;
using System.Globalization;
using Shouldly;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>Elements that are read and written while other threads dispose of the tensor: each access gives the tensor's own numbers or an
/// ObjectDisposedException, never what is in the freed memory.</summary>
[Collection(Alone.Name)]
public class ElementAccessTests
{
    [Fact]
    public void Item_WhileAnotherThreadDisposes_IsRightOrRefused() => Check(ChildProgram.Run(ItemRace));

    private static void ItemRace() => Race(tensor => tensor.item<float>());

    [Fact]
    public void ToScalar_WhileAnotherThreadDisposes_IsRightOrRefused() => Check(ChildProgram.Run(ScalarRace));

    private static void ScalarRace() => Race(tensor => tensor.ToScalar().ToSingle());

    [Fact]
    public void ReadCpuValue_WhileAnotherThreadDisposes_IsRightOrRefused() => Check(ChildProgram.Run(ValueRace));

    private static void ValueRace() => Race(tensor => tensor.ReadCpuValue<float>(0));

    [Fact]
    public void Accessor_WhileAnotherThreadDisposes_IsRightOrRefused() => Check(ChildProgram.Run(AccessorRace));

    private static void AccessorRace() =>
        Race(tensor =>
        {
            var elements = tensor.data<float>();
            return elements[0] + elements.ToArray()[0] - elements.First();
        });

    private static void Check(string output)
    {
        var parts = output.Split(' ');
        long.Parse(parts[0], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0, "read");
        long.Parse(parts[1], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0, "refused");
    }

    // One thread makes tensors of 3 and ends them; what it makes next, of 7, gets their memory. The others read.
    private static void Race(Func<Tensor, float> read)
    {
        Tensor? current = null;
        var done = false;
        long used = 0,
            refused = 0;
        using (var first = full(1, 3f))
        {
            read(first).ShouldBe(3);
        }

        Workers.Run(
            4,
            i =>
            {
                if (i == 0)
                {
                    var watch = Stopwatch.StartNew();
                    while (watch.ElapsedMilliseconds < 1500)
                    {
                        var tensor = full(1, 3f);
                        Volatile.Write(ref current, tensor);
                        var seen = Interlocked.Read(ref used);
                        var start = watch.ElapsedMilliseconds;
                        while (Interlocked.Read(ref used) == seen && watch.ElapsedMilliseconds < start + 20)
                        {
                            Thread.Yield();
                        }

                        tensor.Dispose();
                        using var other = full(1, 7f);
                    }
                    Volatile.Write(ref done, true);
                    return;
                }
                while (!Volatile.Read(ref done))
                {
                    if (Volatile.Read(ref current) is not { } tensor)
                    {
                        continue;
                    }

                    try
                    {
                        read(tensor).ShouldBe(3);
                        Interlocked.Increment(ref used);
                    }
                    catch (ObjectDisposedException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            }
        );
        Console.WriteLine($"{used} {refused}");
    }

    /// <summary>A stream during whose first read the tensor that is filled goes away, and another gets the memory.</summary>
    private sealed class Treacherous(Tensor filled) : MemoryStream(new byte[1 << 16])
    {
        public Tensor? Other { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (Other is null)
            {
                Workers.Run(1, _ => filled.Dispose());
                Other = full(1 << 14, 7f);
            }
            return base.Read(buffer);
        }
    }

    [Fact]
    public void ReadBytesFromStream_TheTensorDisposedMeanwhile_WritesIntoNoOthersMemory()
    {
        var tensor = full(1 << 14, 3f);
        using var stream = new Treacherous(tensor);
        tensor.ReadBytesFromStream(stream);
        tensor.IsInvalid.ShouldBeTrue();
        using var other = stream.Other!;
        other.min().ToSingle().ShouldBe(7);
    }
}
