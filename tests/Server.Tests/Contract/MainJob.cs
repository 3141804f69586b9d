using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Generated;
using Generated.Models;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace Programs;

/// <summary>
/// A program as somebody else would write it, against nothing but the client that a generator made of the served document. It is
/// compiled and run by the test beside it.
/// </summary>
public static class MainJob
{
    /// <summary>From the queue's making to the item's end; the ids that it saw, for the test to look at.</summary>
    public static async Task<string[]> RunAsync(string address, string managerKey, string agentKey, string reviewerKey)
    {
        var manager = ClientOf(address, managerKey).Api.V1;
        var agent = ClientOf(address, agentKey).Api.V1;
        var reviewer = ClientOf(address, reviewerKey).Api.V1;

        await manager.Queues["replies"].PutAsync(new QueueRequest { LeaseSeconds = 600, RequiredApprovals = 1 });
        var made = await manager.Items.PostAsync(
            new CreateItemRequest
            {
                Queue = "replies",
                Title = "Answer the ticket",
                Targets = ["helpdesk:ticket/1"],
                DueAt = DateTimeOffset.UtcNow.AddDays(1),
            }
        );
        var grant = await agent.Queues["replies"].Claims.PostAsync(new ClaimNextRequest { Run = "r1" });
        var token = grant!.Lease!.Token;
        var lease = grant.Lease.Id!;
        await agent.Leases[lease].Start.PostAsync(new UnderLeaseRequest { Run = "r1", Token = token });
        await agent
            .Leases[lease]
            .Checkpoints.PostAsync(
                new CheckpointRequest
                {
                    Run = "r1",
                    Token = token,
                    Summary = "read it",
                    NextStep = "write the answer",
                }
            );
        var artifact = await agent.Artifacts.PostAsync(
            new CreateArtifactRequest
            {
                Name = "Answer",
                ItemId = made!.Id,
                Target = "helpdesk:ticket/1",
                ContentType = "text/plain",
                Content = "Dear Ann, it is paid.",
                Run = "r1",
                Token = token,
            }
        );
        await agent
            .Actions["send-1"]
            .PutAsync(
                new PrepareRequest
                {
                    Kind = "send_reply",
                    Target = "helpdesk:ticket/1",
                    ItemId = made.Id,
                    ArtifactId = artifact!.Id,
                    Version = 1,
                    Run = "r1",
                    Token = token,
                }
            );
        await agent
            .Artifacts[artifact.Id!]
            .Versions[1]
            .Review.PostAsync(new ReviewRequest { Run = "r1", Token = token });

        var consequences = await reviewer.Artifacts[artifact.Id!].Versions[1].Consequences.GetAsync();
        await reviewer
            .Artifacts[artifact.Id!]
            .Versions[1]
            .Decisions.PostAsync(
                new DecideRequest
                {
                    Decision = "approve",
                    ContentHash = consequences!.ContentHash,
                    ConsequencesHash = consequences.ConsequencesHash,
                }
            );

        var begun = await agent.Actions["send-1"].Begin.PostAsync(new BeginRequest { Run = "r1", Token = token });
        if (begun!.Outcome != "go")
            throw new InvalidOperationException($"The action was not let through: {begun.Outcome}, {begun.Why}");
        await agent
            .Actions["send-1"]
            .Complete.PostAsync(
                new CompleteActionRequest
                {
                    Permit = begun.Permit,
                    Receipt = new UntypedString("message 7"),
                    Run = "r1",
                }
            );
        var again = await agent.Actions["send-1"].Begin.PostAsync(new BeginRequest { Run = "r1", Token = token });
        await agent.Leases[lease].Complete.PostAsync(new CompleteRequest { Run = "r1", Token = token });

        // A refusal is the document's Problem, with its code.
        string refused;
        try
        {
            await agent.Items[made.Id!].Claim.PostAsync(new ClaimRequest { Run = "r2" });
            refused = "not refused";
        }
        catch (Problem problem)
        {
            refused = $"{problem.ResponseStatusCode} {problem.Code}";
        }
        var list = await manager.Items.GetAsync(request => request.QueryParameters.Q = "queue:replies state:completed");
        return
        [
            made.Id!,
            again!.Outcome!,
            refused,
            string.Join(' ', list!.Items!.Select(item => item.Id + " " + item.State)),
        ];
    }

    // The library's own provider for keys refuses to send one without TLS, which is right on any other machine than one's own.
    private static ApiClient ClientOf(string address, string key)
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        return new ApiClient(
            new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = address }
        );
    }
}
