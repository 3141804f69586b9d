namespace ControlSurface.Core.Engine;

/// <summary>
/// Completes the answers of a batch for callers who have little left to do (<see cref="Request.IsQuick"/>), one after another on one or
/// two threads of the pool. A thread for each would cost more to wake than most of them have left to do.
/// </summary>
internal sealed class CompletionWorkers : IThreadPoolWorkItem
{
    private const int AloneUpTo = 8;
    private readonly List<(PendingCommand Pending, Outcome Outcome)> _answers;
    private int _next = -1;

    private CompletionWorkers(List<(PendingCommand Pending, Outcome Outcome)> answers) => _answers = answers;

    /// <summary>Has all of these answers completed; returns at once.</summary>
    internal static void Answer(List<(PendingCommand Pending, Outcome Outcome)> answers)
    {
        if (answers.Count == 0)
            return;
        var workers = new CompletionWorkers(answers);
        workers.HelpIfMany();
        ThreadPool.UnsafeQueueUserWorkItem(workers, preferLocal: false);
    }

    /// <summary>Completes these answers on this thread of the pool.</summary>
    internal static void AnswerHere(List<(PendingCommand Pending, Outcome Outcome)> answers)
    {
        var worker = new CompletionWorkers(answers);
        worker.HelpIfMany();
        worker.Execute();
    }

    private void HelpIfMany()
    {
        // A second worker goes on where the first is held up by one of the callers.
        if (_answers.Count > AloneUpTo)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        while (Interlocked.Increment(ref _next) is var k && k < _answers.Count)
        {
            var (pending, outcome) = _answers[k];
            pending.CompleteHere(outcome);
        }
    }
}
