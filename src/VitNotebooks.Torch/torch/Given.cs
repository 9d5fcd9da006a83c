using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The tensor itself: a function whose first argument is missing names it, where calling a method of
    /// nothing would end in a NullReferenceException.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Tensor Given(Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string? argument = null) =>
        tensor ?? throw new ArgumentNullException(argument, "A tensor is needed here, null was given.");
}
