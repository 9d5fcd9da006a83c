using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How <c>str</c> and <c>print</c> show a tensor when they are told nothing.</summary>
    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Julia;

    /// <summary>Rows in columns, slice by slice.</summary>
    public static readonly TensorStringStyle julia = TensorStringStyle.Julia;

    /// <summary>Nested brackets.</summary>
    public static readonly TensorStringStyle numpy = TensorStringStyle.Numpy;

    /// <summary>An array initializer.</summary>
    public static readonly TensorStringStyle csharp = TensorStringStyle.CSharp;

    /// <summary>What holds from now on where a printing call says nothing; null leaves a setting as it is. Axes longer than
    /// <paramref name="maxRows"/> and rows longer than <paramref name="maxColumns"/> show their ends only.</summary>
    public static void set_printoptions(
        TensorStringStyle? style = null,
        string? floatFormat = null,
        int? linewidth = null,
        string? newLine = null,
        int? maxRows = null,
        int? maxColumns = null
    )
    {
        if (style is { } wanted && wanted != TensorStringStyle.Default)
        {
            TensorStringStyle = wanted;
        }

        var options = TensorPrinter.Defaults;
        TensorPrinter.Defaults = options with
        {
            FloatFormat = floatFormat ?? options.FloatFormat,
            Width = linewidth ?? options.Width,
            NewLine = newLine ?? options.NewLine,
            MaxRows = maxRows ?? options.MaxRows,
            MaxColumns = maxColumns ?? options.MaxColumns,
        };
    }

    /// <summary>The same with a number of digits behind the point, in scientific notation or not.</summary>
    public static void set_printoptions(
        int precision,
        int? linewidth = null,
        string? newLine = null,
        bool sci_mode = false,
        int? maxRows = null,
        int? maxColumns = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(precision);
        var format = (sci_mode ? "E" : "F") + precision.ToString(CultureInfo.InvariantCulture);
        set_printoptions(null, format, linewidth, newLine, maxRows, maxColumns);
    }

    public partial class Tensor
    {
        /// <summary>Shape, dtype and device: "[2x3], type = Float32, device = cpu".</summary>
        public override string ToString() =>
            IsInvalid
                ? "(disposed tensor)"
                : $"[{string.Join('x', shape.Select(n => n.ToString(CultureInfo.InvariantCulture)))}], type = {dtype}, device = {device}";

        /// <summary>With the elements, as Julia shows them, or without.</summary>
        public string ToString(
            bool withData,
            string? fltFormat = null,
            int? width = null,
            CultureInfo? cultureInfo = null,
            string? newLine = null
        ) =>
            ToString(
                withData ? TensorStringStyle.Julia : TensorStringStyle.Metadata,
                fltFormat,
                width,
                cultureInfo,
                newLine
            );

        /// <summary>In one of four styles, real numbers in a .NET format ("g5" by default), lines of
        /// <paramref name="width"/> characters (100 by default). A tensor without elements at hand (meta, sparse) shows its
        /// metadata.</summary>
        public string ToString(
            TensorStringStyle style,
            string? fltFormat = null,
            int? width = null,
            CultureInfo? cultureInfo = null,
            string? newLine = null
        )
        {
            if (style == TensorStringStyle.Default)
            {
                style = torch.TensorStringStyle;
            }

            if (style == TensorStringStyle.Metadata || IsInvalid || is_meta || is_sparse || is_quantized())
            {
                return ToString();
            }

            var defaults = TensorPrinter.Defaults;
            var options = defaults with
            {
                FloatFormat = fltFormat ?? defaults.FloatFormat,
                Width = width ?? defaults.Width,
                NewLine = newLine is null or "" ? defaults.NewLine : newLine,
                Culture = cultureInfo ?? defaults.Culture,
            };
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return new TensorPrinter(this, options).Print(style);
        }
    }
}

public static partial class TensorExtensionMethods
{
    /// <summary>The elements, in the style asked for or <c>torch.TensorStringStyle</c>.</summary>
    public static string str(
        this torch.Tensor tensor,
        string? fltFormat = null,
        int? width = null,
        string? newLine = null,
        CultureInfo? cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default
    ) => tensor.ToString(style, fltFormat, width, cultureInfo, newLine);

    /// <summary>Rows in columns, slice by slice.</summary>
    public static string jlstr(
        this torch.Tensor tensor,
        string? fltFormat = null,
        int? width = null,
        string? newLine = null,
        CultureInfo? cultureInfo = null
    ) => tensor.ToString(TensorStringStyle.Julia, fltFormat, width, cultureInfo, newLine);

    /// <summary>Shape, dtype and device.</summary>
    public static string metastr(this torch.Tensor tensor) => tensor.ToString();

    /// <summary>Nested brackets.</summary>
    public static string npstr(
        this torch.Tensor tensor,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null
    ) => tensor.ToString(TensorStringStyle.Numpy, fltFormat, width, cultureInfo, newLine);

    /// <summary>An array initializer.</summary>
    public static string cstr(
        this torch.Tensor tensor,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null
    ) => tensor.ToString(TensorStringStyle.CSharp, fltFormat, width, cultureInfo, newLine);

    /// <summary>Writes it to the console.</summary>
    /// <returns>The tensor itself.</returns>
    public static torch.Tensor print(
        this torch.Tensor t,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default
    )
    {
        Console.WriteLine(t.ToString(style, fltFormat, width, cultureInfo, newLine));
        return t;
    }
}
