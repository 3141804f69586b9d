using ControlSurface.Core.Engine;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>The second step: counts what one principal uses, so that no one principal can use up what all need.</summary>
internal static class Spending
{
    /// <summary>Why the caller may send no request now; null where they may.</summary>
    internal static Refusal? OnRequest(ApiCall call) =>
        // An agent's tools were counted with the request that brought the call, and so were lists that are saved as files.
        call.IsInProcess
            ? null
            : call.Host.Limits.OnRequest(call.Caller.Id);

    /// <summary>
    /// Why the command may not be sent now; null where it may. It counts what stays for good before the command is sent: bytes on the
    /// disk, and names that no later event takes away.
    /// </summary>
    internal static Refusal? OnCommand(ApiCall call, Request request)
    {
        long bytes = 0;
        foreach (var content in request.Contents)
            bytes += content.Bytes.Length;
        if (bytes > 0 && call.Host.Limits.OnContent(call.Caller.Id, bytes) is { } tooManyBytes)
            return tooManyBytes;
        return IsNewName(call.Host, request.Command) ? call.Host.Limits.OnNewName(call.Caller.Id) : null;
    }

    private static bool IsNewName(ApiHost host, Command command) =>
        command switch
        {
            TargetCommand.Report c => host.Engine.Picture.Read(at => at.FindTarget(c.Target)) is null,
            RunCommand.End => true,
            QueueCommand.Set c => host.Engine.Picture.Read(at => at.FindQueue(c.Queue)) is null,
            // Others: what they name has a bound of its own, or was named before.
            _ => false,
        };
}
