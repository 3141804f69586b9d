using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ControlSurface.Api.Pipeline;
using ControlSurface.Wording;

namespace ControlSurface.Api.Lines;

/// <summary>
/// Answers of a stream of commands on their way to the client. They are added by whichever thread has one, and one writer sends what has
/// gathered. Bounded: whoever reads lines waits for <see cref="RoomAsync"/> first. Safe from any thread.
/// </summary>
internal sealed class LineAnswers(int mostLines)
{
    /// <summary>No more lines are read while so many bytes of answers wait for the client.</summary>
    private const int MostBytes = 1024 * 1024;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/"
    );
    private readonly Lock _lock = new();
    private readonly HashSet<LineId> _underWay = [];
    private ArrayBufferWriter<byte> _gathered = new();
    private ArrayBufferWriter<byte> _sending = new();
    private TaskCompletionSource? _work;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _quiet;
    private int _lines;
    private int _deciding;
    private int _answered;
    private bool _isComplete;
    private bool _isGone;

    private bool HasRoom =>
        _isGone || (_lines < mostLines && _gathered.WrittenCount + _sending.WrittenCount < MostBytes);

    /// <summary>How many lines are read and not yet answered to the client.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _lines;
        }
    }

    /// <summary>Completes when there is room for one more line: at once, most of the time.</summary>
    internal Task RoomAsync()
    {
        lock (_lock)
            return HasRoom ? Task.CompletedTask : (_room ??= NewSignal()).Task;
    }

    /// <summary>Completes when every line that was begun has its answer.</summary>
    internal Task QuietAsync()
    {
        lock (_lock)
            return _deciding == 0 ? Task.CompletedTask : (_quiet ??= NewSignal()).Task;
    }

    /// <summary>Begins a line. False where a line of that id is still under way, and then it has begun all the same.</summary>
    internal bool Begin(LineId? id)
    {
        lock (_lock)
        {
            _lines++;
            _deciding++;
            return id is not { } named || _underWay.Add(named);
        }
    }

    /// <summary>Answers a line that was begun.</summary>
    /// <param name="isOwn">The id is this line's: another may have it from now on.</param>
    /// <param name="number">The line's number, where its id does not tell it from others; null where it does.</param>
    /// <param name="answer">Null where nobody listens any more.</param>
    internal void Add(LineId? id, bool isOwn, long? number, Answer? answer)
    {
        var body = answer is null || _isGone ? default : BodyOf(answer);
        lock (_lock)
        {
            if (isOwn && id is { } named)
                _underWay.Remove(named);
            if (--_deciding == 0)
                Signal(ref _quiet);
            if (answer is null || _isGone)
            {
                _lines--;
                Signal(ref _room);
                return;
            }
            Write(_gathered, id, number, answer, body);
            _answered++;
            Signal(ref _work);
        }
    }

    /// <summary>The last line of a stream that the server ends: it answers none.</summary>
    internal void AddLast(Answer answer)
    {
        var body = BodyOf(answer);
        lock (_lock)
        {
            Write(_gathered, id: null, number: null, answer, body);
            Signal(ref _work);
        }
    }

    /// <summary>Nothing comes any more: the writer ends once all is sent.</summary>
    internal void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Signal(ref _work);
        }
    }

    /// <summary>Sends what gathers, until it is complete or the client has gone.</summary>
    /// <param name="patience">How long the client may take for what is sent at once.</param>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    /// <exception cref="TimeoutException">The client takes nothing.</exception>
    internal async Task SendAsync(PipeWriter to, TimeSpan patience, TimeProvider time, CancellationToken gone)
    {
        try
        {
            while (await TakeAsync() is var lines and >= 0)
            {
                to.Write(_sending.WrittenSpan);
                var flush = to.FlushAsync(gone);
                var flushed = flush.IsCompletedSuccessfully
                    ? await flush
                    : await flush.AsTask().WaitAsync(patience, time, gone);
                if (flushed.IsCompleted)
                    break;
                Sent(lines);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isGone = true;
                Signal(ref _room);
            }
        }
    }

    // How many lines are in what is sent next; -1 where nothing comes any more.
    private async ValueTask<int> TakeAsync()
    {
        while (true)
        {
            Task work;
            lock (_lock)
            {
                if (_gathered.WrittenCount > 0)
                {
                    (_gathered, _sending) = (_sending, _gathered);
                    var lines = _answered;
                    _answered = 0;
                    return lines;
                }
                if (_isComplete)
                    return -1;
                work = (_work ??= NewSignal()).Task;
            }
            await work;
        }
    }

    private void Sent(int lines)
    {
        lock (_lock)
        {
            _lines -= lines;
            // One long answer is no reason to keep as much for every stream.
            if (_sending.Capacity > MostBytes)
                _sending = new ArrayBufferWriter<byte>();
            else
                _sending.ResetWrittenCount();
            if (HasRoom)
                Signal(ref _room);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.TrySetResult();
        signal = null;
    }

    // Valid until this thread writes the next.
    private static ReadOnlySpan<byte> BodyOf(Answer answer)
    {
        var body = AnswerWriter.BytesOf(answer);
        return answer.Lease is { } lease ? LeaseMembers.AddTo(body, lease) : body;
    }

    private static void Write(
        ArrayBufferWriter<byte> to,
        LineId? id,
        long? number,
        Answer answer,
        ReadOnlySpan<byte> body
    )
    {
        to.Write("{\"id\":"u8);
        WriteId(to, id);
        if (number is { } line)
        {
            to.Write(",\"line\":"u8);
            WriteNumber(to, line);
        }
        to.Write(",\"status\":"u8);
        WriteNumber(to, answer.Status);
        WriteHeaders(to, answer);
        to.Write(",\"body\":"u8);
        to.Write(body.IsEmpty ? "null"u8 : body);
        to.Write("}\n"u8);
    }

    private static void WriteId(ArrayBufferWriter<byte> to, LineId? id)
    {
        if (id is not { } known)
        {
            to.Write("null"u8);
        }
        else if (known.Text is not { } text)
        {
            WriteNumber(to, known.Number);
        }
        else
        {
            to.Write("\""u8);
            if (text.AsSpan().ContainsAnyExcept(Plain))
                to.Write(JsonEncodedText.Encode(text, JsonBytes.Writing.Encoder).EncodedUtf8Bytes);
            else
                Encoding.ASCII.GetBytes(text, to);
            to.Write("\""u8);
        }
    }

    private static void WriteNumber(ArrayBufferWriter<byte> to, long number)
    {
        Utf8Formatter.TryFormat(number, to.GetSpan(20), out var written);
        to.Advance(written);
    }

    // Those of the answer as a request of its own, but for what concerns caches and connections.
    private static void WriteHeaders(ArrayBufferWriter<byte> to, Answer answer)
    {
        if (
            answer is
            { Location: null, RetryAfter: null, WaitingFor: null, Allow: null, IsDryRun: false, IsReplay: false }
        )
            return;
        var headers = new HeaderDictionary();
        AnswerWriter.WriteHeaders(headers, answer with { CacheControl = null });
        using var writer = new Utf8JsonWriter(to, JsonBytes.Writing with { SkipValidation = true });
        to.Write(",\"headers\":"u8);
        writer.WriteStartObject();
        foreach (var (name, values) in headers)
            writer.WriteString(name, values.ToString());
        writer.WriteEndObject();
    }
}
