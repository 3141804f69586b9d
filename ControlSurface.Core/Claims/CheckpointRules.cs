using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Claims;

/// <summary>Checks the bounds of a checkpoint (API.md, Conventions, and Claims and leases).</summary>
internal static class CheckpointRules
{
    private const int Members = 1_000;

    internal static void Shape(Bounds bounds, LeaseCommand.RecordCheckpoint c)
    {
        bounds.Text("summary", c.Summary, Bounds.NoteLength, required: true);
        bounds.Text("nextStep", c.NextStep, Bounds.NoteLength);
        bounds.Count("evidence", c.Evidence.Count, Members);
        bounds.Count("artifacts", c.Artifacts.Count, Members);
        bounds.Count("validations", c.Validations.Count, Members);
        bounds.Count("openQuestions", c.OpenQuestions.Count, Members);
        foreach (var evidence in c.Evidence)
        {
            bounds.Name("evidence.label", evidence.Label);
            bounds.Text("evidence.uri", evidence.Uri, Bounds.NoteLength);
            bounds.Text("evidence.text", evidence.Text, Bounds.NoteLength);
            Hash(bounds, "evidence.sha256", evidence.Sha256, "");
            Hash(bounds, "evidence.contentHash", evidence.ContentHash, "sha256:");
        }
        foreach (var artifact in c.Artifacts)
        {
            bounds.Name("artifacts.id", artifact.Id);
            bounds.Range("artifacts.version", artifact.Version, 1, int.MaxValue);
        }
        foreach (var validation in c.Validations)
        {
            bounds.Name("validations.name", validation.Name);
            bounds.OneOf("validations.outcome", validation.Outcome);
            bounds.Text("validations.detail", validation.Detail, Bounds.NoteLength);
        }
        foreach (var question in c.OpenQuestions)
            bounds.Text("openQuestions", question, Bounds.NoteLength, required: true);
    }

    private static void Hash(Bounds bounds, string member, string? hash, string prefix)
    {
        if (hash is null)
            return;
        var hex = hash.StartsWith(prefix, StringComparison.Ordinal) ? hash[prefix.Length..] : "";
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigitLower))
            bounds.Fault(member, $"must be {prefix}64 lower-case hexadecimal digits");
    }
}
