namespace VitNotebooks.Torch.Tests.Api.Surfaces.There;

/// <summary>The other side: as in Here but for what NamespaceSurfaceTests names.</summary>
public sealed class Seam
{
    public string Refusal => "";

    public int Same(int first = 1) => first;

    public int Renamed(int other) => other;

    public (int Low, int Top) Named() => default;

    public T Constrained<T>(T value) => value;

    public void Dispose() { }
}
