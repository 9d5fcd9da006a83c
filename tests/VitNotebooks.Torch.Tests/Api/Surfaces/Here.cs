namespace VitNotebooks.Torch.Tests.Api.Surfaces.Here;

/// <summary>One side of a seam; the other is in the namespace There.</summary>
public sealed class Seam : IDisposable
{
    public string? Refusal => null;

    public int Same(int first = 1) => first;

    public int Renamed(int first) => first;

    public (int Low, int High) Named() => default;

    public T Constrained<T>(T value)
        where T : class => value;

    public void Dispose() { }
}

/// <summary>The other side has none.</summary>
public static class OnOneSide;
