namespace ControlSurface.Core.Engine;

/// <summary>
/// Answers those of a batch whose callers go on for a moment only (<see cref="Request.IsQuick"/>), one after another on
/// one or two threads of the pool. Waking a thread for each costs more than what most of them have left to do.
/// </summary>
internal sealed class AnswerCrew : IThreadPoolWorkItem
{
    private const int AloneUpTo = 8;
    private readonly List<(PendingCommand Pending, Outcome Outcome)> _answers;
    private int _next = -1;

    private AnswerCrew(List<(PendingCommand Pending, Outcome Outcome)> answers) => _answers = answers;

    /// <summary>Answers everyone; returns at once.</summary>
    internal static void Answer(List<(PendingCommand Pending, Outcome Outcome)> answers)
    {
        if (answers.Count == 0)
            return;
        var crew = new AnswerCrew(answers);
        // A second one also goes on where the first is held up.
        if (answers.Count > AloneUpTo)
            ThreadPool.UnsafeQueueUserWorkItem(crew, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(crew, preferLocal: false);
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
