namespace VitNotebooks.Models;

/// <summary>The shape of a square map, <c>[B, Width, Side, Side]</c>.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Side">Cells of a side.</param>
public readonly record struct MapShape(int Width, int Side);
