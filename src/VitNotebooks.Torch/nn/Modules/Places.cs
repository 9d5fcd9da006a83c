namespace TorchSharp.Modules;

/// <summary>The values of the place dimensions, given as one for all or as a tuple, as the array that the ops take.</summary>
internal static class Places
{
    public static T[] Twice<T>(T value) => [value, value];

    public static T[]? Twice<T>(T? value)
        where T : struct => value is { } given ? [given, given] : null;

    public static T[] Thrice<T>(T value) => [value, value, value];

    public static T[]? Thrice<T>(T? value)
        where T : struct => value is { } given ? [given, given, given] : null;

    public static T[] Of<T>((T, T) values) => [values.Item1, values.Item2];

    public static T[]? Of<T>((T, T)? values) => values is { } given ? Of(given) : null;

    public static T[] Of<T>((T, T, T) values) => [values.Item1, values.Item2, values.Item3];

    public static T[]? Of<T>((T, T, T)? values) => values is { } given ? Of(given) : null;
}
