using Shouldly;
using TorchSharp;
using Xunit;

namespace VitNotebooks.Torch.Tests;

/// <summary>The memory under a tensor.</summary>
public class StorageTests
{
    [Fact]
    public void Storage_OfAView_IsTheWholeMemoryInItsOrder()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.arange(6, dtype: torch.ScalarType.Float32).reshape(2, 3);
        using var storage = tensor.t()[1].storage<float>();
        storage.ToArray().ShouldBe([0, 1, 2, 3, 4, 5]);
        storage.Count.ShouldBe(6);
        storage.nbytes().ShouldBe(24UL);
        storage.element_size().ShouldBe(4);
        storage.data_ptr().ShouldBe(tensor.storage<float>().data_ptr());
        storage.IndexOf(4).ShouldBe(4);
        storage.Contains(7).ShouldBeFalse();
        torch.is_storage(storage).ShouldBeTrue();
        torch.is_storage(tensor).ShouldBeFalse();
    }

    [Fact]
    public void Storage_Written_ShowsInTheTensor()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.zeros(2, 3, dtype: torch.ScalarType.Int64);
        using var storage = tensor.storage<long>();
        storage[4] = 9;
        storage[0..2] = tensor.clone().fill_(5).storage<long>()[..2];
        tensor.data<long>().ToArray().ShouldBe([5, 5, 0, 0, 9, 0]);
        storage.fill_(2);
        tensor.sum().ToInt64().ShouldBe(12);
        storage.copy_([1, 2, 3, 4, 5, 6]);
        tensor[1, 2].ToInt64().ShouldBe(6);
        storage[(1, 3)].ToArray().ShouldBe([2, 3]);
    }

    [Fact]
    public void Storage_OutlivesTheScope_AndItsTensor()
    {
        torch.Storage<float> storage;
        using (torch.NewDisposeScope())
        {
            storage = torch.ones(3).storage<float>();
        }

        storage.ToArray().ShouldBe([1, 1, 1]);
        storage.Dispose();
    }

    [Fact]
    public void Storage_Converted_HoldsTheValues()
    {
        using var scope = torch.NewDisposeScope();
        using var storage = torch.tensor(new[] { 0.0, 1.5, -2 }).storage<double>();
        storage.@int().ToArray().ShouldBe([0, 1, -2]);
        storage.@bool().ToArray().ShouldBe([false, true, true]);
        storage.complex_double()[1].ShouldBe(new System.Numerics.Complex(1.5, 0));
        ((torch.Storage<float>)2.5f).ToArray().ShouldBe([2.5f]);
    }

    [Fact]
    public void Storage_WrongTypeOrPlace_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.ones(3);
        Should.Throw<ArgumentException>(() => tensor.storage<long>());
        using var storage = tensor.storage<float>();
        Should.Throw<ArgumentOutOfRangeException>(() => storage[3]);
        Should.Throw<ArgumentException>(() => storage.copy_([1, 2])).Message.ShouldContain("expected as many");
    }
}
