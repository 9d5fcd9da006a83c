namespace TorchSharp.Fixtures;

/// <summary>One member that works and one that does not: what the count of members must tell apart.</summary>
public class WithAStub
{
    public int Real() => 1;

    public int Stub() => throw new NotImplementedException("no");
}
