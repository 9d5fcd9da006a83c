using System.Net;
using System.Runtime.ExceptionServices;

namespace VitNotebooks.Data;

/// <summary>
/// One try to get what is missing of a file from one address: over one connection, or several where the server gives parts of the file and
/// nothing speaks against its word. What a server says of itself is compared with what it sends; a part that does not fit is not kept.
/// </summary>
internal sealed partial class Download
{
    /// <summary>Follows no redirection by itself, since not every one is safe.</summary>
    public static HttpClient DefaultClient { get; } =
        MakeClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        );

    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(3);

    private readonly RemoteFile _file;
    private readonly Uri _address;
    private readonly PartFile _part;
    private readonly DownloadOptions _options;
    private readonly Lock _lock = new();
    private readonly List<Piece> _pieces = []; // those that somebody is at
    private readonly List<MissingRange> _missing = []; // those that nobody is at
    private long? _length;
    private long _told;
    private long _saved = Environment.TickCount64;

    /// <param name="file">What is fetched.</param>
    /// <param name="address">From where.</param>
    /// <param name="part">What is here of it.</param>
    /// <param name="options">How.</param>
    public Download(RemoteFile file, Uri address, PartFile part, DownloadOptions options) =>
        (_file, _address, _part, _options) = (file, address, part, options);

    /// <summary>Speaks HTTP.</summary>
    public HttpClient Client { get; init; } = DefaultClient;

    /// <summary>Whether several parts, or what is here already, may be put together: not after a server has lied about them.</summary>
    public bool TrustsRanges { get; private set; } = true;

    /// <summary>Hears how many bytes will be written, before they are; may throw.</summary>
    public Action<long> Room { get; init; } = _ => { };

    /// <summary>Hears how far it is.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>A client over other wires.</summary>
    public static HttpClient MakeClient(HttpMessageHandler handler) =>
        new(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { { "User-Agent", "VitNotebooks" } },
        };

    /// <summary>From now on, and from the first byte on: one connection, one answer.</summary>
    public void StartOverWhole()
    {
        TrustsRanges = false;
        _part.Restart();
    }

    /// <summary>Whether it may go better next time: the line was cut, the server was busy.</summary>
    public bool MayPass(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested
        && e switch
        {
            HttpRequestException { StatusCode: { } status } => status
                is HttpStatusCode.RequestTimeout
                    or HttpStatusCode.TooManyRequests
                    or >= HttpStatusCode.InternalServerError,
            HttpRequestException { HttpRequestError: var error } => error
                is HttpRequestError.ResponseEnded
                    or HttpRequestError.Unknown
                || (error == HttpRequestError.ConnectionError && _part.Received > 0), // it was there a moment ago
            HttpIOException or EndOfStreamException or TimeoutException => true,
            IOException { InnerException: System.Net.Sockets.SocketException } => true,
            _ => false,
        };

    /// <summary>Asks for what is missing and writes it down, until all of it is here.</summary>
    /// <exception cref="DownloadException">The server has something else there.</exception>
    public async Task Receive(CancellationToken cancel)
    {
        if (!TrustsRanges || (_part.State is { Tag: null, Modified: null } && !_file.IsStated))
        {
            _part.Restart(); // nothing would tell that the file is another one by now
        }

        List<MissingRange> missing = [.. _part.Missing];
        _missing.Clear(); // of a try before
        _length = null;
        if (missing.Count == 0)
        {
            return;
        }

        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Exception? fault;
        try
        {
            using var first = await Ask(missing[0], all.Token);
            Begin(first.Response, missing);
            fault = await RunAll(first, MayShare(first.Response) ? _options.Connections : 1, all, cancel);
        }
        catch (Exception e) when (e is LyingRangesException or ChangedFileException)
        {
            fault = e;
        }
        cancel.ThrowIfCancellationRequested();
        if (fault is LyingRangesException)
        {
            StartOverWhole();
        }

        if (fault is ChangedFileException)
        {
            _part.Restart();
        }

        if (fault is not null && (_part.Missing.Count > 0 || !MayPass(fault, cancel)))
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (_length is null)
        {
            _part.Save(_part.State with { Length = _part.Received, Missing = [] });
        }
        else if (_part.Missing.Count > 0)
        {
            throw new EndOfStreamException($"the server stopped after {_part.Received:N0} of {_length:N0} bytes");
        }
    }

    // All connections until their end; the gravest of their faults.
    private async Task<Exception?> RunAll(
        Answer first,
        int connections,
        CancellationTokenSource all,
        CancellationToken cancel
    )
    {
        List<Task> running = [Run(first, all)];
        for (var i = 1; i < connections; i++)
        {
            running.Add(RunBeside(all));
        }

        Exception? fault = null;
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running);
            running.Remove(done);
            if (done.Exception?.InnerException is not { } e)
            {
                continue;
            }

            if (fault is null || e is LyingRangesException or ChangedFileException)
            {
                fault = e;
            }

            if (e is LyingRangesException or ChangedFileException || !MayPass(e, cancel))
            {
                await all.CancelAsync(); // it would end the others as well
            }
        }
        lock (_lock)
        {
            Save();
        }

        Report(isLast: true);
        return fault;
    }

    // ---- the first answer, which says what there is ------------------------------------------------------------------------

    private void Begin(HttpResponseMessage response, List<MissingRange> missing)
    {
        var headers = response.Content.Headers;
        if (headers.ContentType?.MediaType is "text/html")
        {
            throw new DownloadException(
                $"{_address} is a web page and not {_file.What}; open it in a browser, and save the file that it leads to."
            );
        }

        var from = missing[0].From;
        var (tag, modified) = Validators(response);
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            _part.Restart();
            _length = headers.ContentLength;
            missing.Clear();
            missing.Add(new(0, _length));
        }
        else
        {
            CheckPart(response, missing[0]);
            _length =
                headers.ContentRange!.Length
                ?? _part.State.Length
                ?? (headers.ContentLength is { } rest ? from + rest : null);
            if (missing[^1].To is null)
            {
                missing[^1] = missing[^1] with { To = _length };
            }

            _part.IsPatched |= from > 0;
        }
        if (_file.Size is { } stated && _length is { } length && stated != length)
        {
            throw new DownloadException(
                $"{_address} has {length:N0} bytes, and the publisher states {stated:N0} for {_file.What}: it is another file."
            );
        }

        if (_length is { } all)
        {
            Room(all - _part.Received);
        }

        _part.Save(new(tag, modified, _length, [.. missing]));
        _missing.AddRange(missing);
    }

    // ---- the connections -----------------------------------------------------------------------------------------------------

    // A connection beside the first: where the server does not want one, the others do its part.
    private async Task RunBeside(CancellationTokenSource all)
    {
        try
        {
            await Run(null, all);
        }
        catch (HttpRequestException) { }
    }

    private async Task Run(Answer? answer, CancellationTokenSource all)
    {
        while (Take(isFirst: answer is not null) is { } piece)
        {
            try
            {
                answer ??= await AskForPart(piece, all.Token);
                await Copy(answer, piece, all.Token);
            }
            catch (OperationCanceledException) when (!all.IsCancellationRequested)
            {
                throw Silent();
            }
            finally
            {
                GiveBack(piece);
                answer?.Dispose();
                answer = null;
            }
        }
    }

    private async Task<Answer> AskForPart(Piece piece, CancellationToken cancel)
    {
        var range = new MissingRange(piece.Next, piece.To);
        var answer = await Ask(range, cancel);
        try
        {
            if (answer.Response.StatusCode != HttpStatusCode.PartialContent)
            {
                throw IsChanged(answer.Response)
                    ? new ChangedFileException("the file on the server has changed, so that it begins anew")
                    : new LyingRangesException("the server sent the whole file where a part was asked for");
            }

            CheckPart(answer.Response, range);
            _part.IsPatched = true;
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task Copy(Answer answer, Piece piece, CancellationToken cancel)
    {
        await using var body = await answer.Response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[Math.Min(1 << 17, _options.BytesPerConnection)];
        while (piece.Next < piece.To)
        {
            answer.Idle.CancelAfter(_options.Patience);
            var read = await body.ReadAsync(buffer, answer.Idle.Token);
            if (read == 0)
            {
                if (_length is { } length)
                {
                    throw new EndOfStreamException(
                        $"the server stopped after {_part.Received:N0} of {length:N0} bytes"
                    );
                }

                break;
            }
            read = (int)Math.Min(read, piece.To - piece.Next); // another connection has what follows
            if (_file.Size is { } size && piece.Next + read > size)
            {
                throw new DownloadException(
                    $"{_address} sends more than the {size:N0} bytes that the publisher states for {_file.What}: it is another file."
                );
            }

            await _part.Write(piece.Next, buffer.AsMemory(0, read), cancel);
            lock (_lock)
            {
                piece.Next += read;
                if (_pieces.Count > 1 && Environment.TickCount64 - _saved > SaveInterval.TotalMilliseconds)
                {
                    Save();
                }
            }
            Report(isLast: false);
        }
    }

    // ---- who is at what ------------------------------------------------------------------------------------------------------

    // What nobody is at; else the second half of what somebody else would be longest at.
    private Piece? Take(bool isFirst)
    {
        lock (_lock)
        {
            Piece piece;
            if (_missing.Count > 0)
            {
                piece = new(_missing[0]);
                _missing.RemoveAt(0);
                _pieces.Add(piece);
                return piece;
            }
            var longest = isFirst ? null : _pieces.MaxBy(each => each.To - each.Next);
            if (longest is null || longest.To - longest.Next < 2 * _options.BytesPerConnection)
            {
                return null;
            }

            piece = new(new(longest.Next + ((longest.To - longest.Next) / 2), longest.To));
            longest.To = piece.Next; // far enough from what is just being written
            _pieces.Add(piece);
            Save(); // before a byte is written behind the first half
            return piece;
        }
    }

    private void GiveBack(Piece piece)
    {
        lock (_lock)
        {
            _pieces.Remove(piece);
            if (piece.Next < piece.To && piece.To < long.MaxValue)
            {
                _missing.Insert(0, new(piece.Next, piece.To));
            }
        }
    }

    private void Save()
    {
        if (_length is null)
        {
            return; // one piece of a length that nobody knows: the file's own length says it
        }

        _saved = Environment.TickCount64;
        _part.Save(_part.State with { Missing = Missing() });
    }

    private List<MissingRange> Missing() =>
        [
            .. _missing
                .Concat(_pieces.Where(piece => piece.Next < piece.To).Select(p => new MissingRange(p.Next, p.To)))
                .OrderBy(range => range.From),
        ];

    private void Report(bool isLast)
    {
        if (Progress is null)
        {
            return;
        }

        lock (_lock)
        {
            if (!isLast && Environment.TickCount64 - _told < 250)
            {
                return;
            }

            _told = Environment.TickCount64;
            Progress.Report(
                _length is { } length
                    ? new(length - Missing().Sum(range => range.To!.Value - range.From), length)
                    : new(_part.Received, null)
            );
        }
    }

    // A part that one connection is at; another one may take its second half away.
    private sealed class Piece(MissingRange range)
    {
        private long _to = range.To ?? long.MaxValue; // where nobody knows the end

        public long Next { get; set; } = range.From;

        public long To
        {
            get => Volatile.Read(ref _to);
            set => Volatile.Write(ref _to, value);
        }
    }

    private sealed record Answer(HttpResponseMessage Response, CancellationTokenSource Idle) : IDisposable
    {
        public void Dispose()
        {
            Response.Dispose();
            Idle.Dispose();
        }
    }

    /// <summary>The server gives other bytes than it says: what it gave is not kept, and it is asked for the whole.</summary>
    private sealed class LyingRangesException(string message) : EndOfStreamException(message);

    /// <summary>What was here belongs to an older version, and is gone.</summary>
    private sealed class ChangedFileException(string message) : EndOfStreamException(message);
}
