using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>Compiles and runs cells one after the other, each seeing what the earlier ones made.</summary>
public sealed class ScriptEngine : IDisposable
{
    private static readonly string[] Imports =
    [
        "System",
        "System.IO",
        "System.Text",
        "System.Linq",
        "System.Collections.Generic",
        "System.Threading",
        "System.Threading.Tasks",
        "VitNotebooks.Interactive",
        "VitNotebooks.Interactive.Notebook",
    ];

    private readonly CellThread _thread = new();
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly IPackageSource _packages;
    private readonly string _folder;
    private readonly HashSet<string> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private ScriptOptions _options;
    private ScriptState<object>? _state;

    /// <summary>Makes an engine.</summary>
    /// <param name="folder">The notebook's folder: <c>#r</c> and <c>#load</c> are relative to it.</param>
    /// <param name="packages">Where <c>#r "nuget: .."</c> is resolved.</param>
    public ScriptEngine(string folder, IPackageSource packages)
    {
        _folder = Path.GetFullPath(folder);
        _packages = packages;
        Assembly[] always = [typeof(Notebook).Assembly, typeof(Microsoft.AspNetCore.Html.IHtmlContent).Assembly];
        _options = ScriptOptions
            .Default.WithReferences(HostAssemblies.Framework().Select(p => MetadataReference.CreateFromFile(p)))
            .AddReferences(always)
            .WithImports(Imports)
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(_folder).WithSearchPaths(_folder))
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithAllowUnsafe(true);
        foreach (var assembly in always)
        {
            _loader.RegisterDependency(assembly);
        }
    }

    /// <summary>The variables that cells have made, newest last.</summary>
    public IReadOnlyList<ScriptVariable> Variables => _state?.Variables ?? [];

    /// <summary>Runs one cell.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="number">Its number among the code cells, from 1.</param>
    /// <param name="abort">Aborts it, also in an endless loop.</param>
    public CellResult Run(string source, int number, CancellationToken abort)
    {
        CellResult? result = null;
        try
        {
            _thread.Run(async () => result = await RunOnThread(source, number, abort), abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            result = null;
        }

        return result is null || (result.Outcome == CellOutcome.Failed && abort.IsCancellationRequested)
            ? new CellResult(
                CellOutcome.Cancelled,
                Error: new CellError("Interrupted", "the cell was interrupted.", ["The cell was interrupted."])
            )
            : result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Dispose();
        _loader.Dispose();
    }

    private async Task<CellResult> RunOnThread(string source, int number, CancellationToken abort)
    {
        Directives directives;
        try
        {
            directives = Directives.Parse(source);
            Reference(directives, abort);
        }
        catch (DirectiveException e)
        {
            return new CellResult(CellOutcome.Failed, Error: CellErrors.OfDirective(e, source, number));
        }

        var options = _options.WithFilePath(CellErrors.FileName(number));
        var script = _state is null
            ? CSharpScript.Create<object>(directives.Code, options, globalsType: null, _loader)
            : _state.Script.ContinueWith<object>(directives.Code, options);
        var errors = script.Compile(abort).Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        if (errors.Length > 0)
        {
            return new CellResult(CellOutcome.Failed, Error: CellErrors.OfCompilation(errors, source, number));
        }

        _state = _state is null
            ? await script.RunAsync(globals: null, catchException: NotAborted, abort)
            : await script.RunFromAsync(_state, catchException: NotAborted, abort);

        if (_state.Exception is { } exception)
        {
            return exception is OperationCanceledException && Notebook.Cancellation.IsCancellationRequested
                ? new CellResult(
                    CellOutcome.Cancelled,
                    Error: new CellError("Interrupted", exception.Message, exception.Message.Split('\n'))
                )
                : new CellResult(CellOutcome.Failed, Error: CellErrors.OfException(exception, source, number));
        }

        return new CellResult(CellOutcome.Succeeded, _state.ReturnValue);

        bool NotAborted(Exception e) => !(e is OperationCanceledException && abort.IsCancellationRequested);
    }

    private void Reference(Directives directives, CancellationToken abort)
    {
        if (directives.Packages.Count > 0)
        {
            var resolved = _packages.Resolve(directives.Packages, abort);
            foreach (var path in resolved.SelectMany(p => p.Assemblies))
            {
                Add(path);
            }

            var namespaces = resolved
                .Where(p => p.Requested)
                .SelectMany(p => p.Assemblies)
                .Select(Path.GetFileNameWithoutExtension)
                .Where(n => n is "VitNotebooks")
                .Distinct(StringComparer.Ordinal)
                .SelectMany(n => PublicNamespaces(Assembly.Load(new AssemblyName(n!))))
                .Except(_options.Imports, StringComparer.Ordinal);
            _options = _options.AddImports(namespaces);
        }

        foreach (var request in directives.Assemblies)
        {
            var path = Path.GetFullPath(request.Path, _folder);
            if (!File.Exists(path))
            {
                var name =
                    HostAssemblies.Find(request.Path)
                    ?? HostAssemblies.Find(Path.GetFileNameWithoutExtension(request.Path));
                path =
                    name is not null && !request.Path.Contains('/', StringComparison.Ordinal)
                        ? name // an assembly of the framework, by its name
                        : throw new DirectiveException(
                            $"line {request.Line}: #r \"{request.Path}\": there is no file {path}; the path is relative to the notebook's folder.",
                            request.Line
                        );
            }

            try
            {
                Add(path);
            }
            catch (BadImageFormatException)
            {
                throw new DirectiveException(
                    $"line {request.Line}: #r \"{request.Path}\": the file is no .NET assembly.",
                    request.Line
                );
            }
        }
    }

    private void Add(string path)
    {
        if (!_loaded.Add(Path.GetFileNameWithoutExtension(path)))
        {
            return;
        }

        var assembly = HostAssemblies.Load(path);
        _loader.RegisterDependency(assembly);
        _options = _options.AddReferences(assembly);
    }

    private static IEnumerable<string> PublicNamespaces(Assembly assembly) =>
        assembly
            .GetExportedTypes()
            .Select(t => t.Namespace)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
}
