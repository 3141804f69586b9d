namespace ControlSurface.Storage.Journaling;

/// <summary>
/// What settled items have in common as JSON: the names of their members, and the events of an ordinary one. Archived items are deflated as
/// if they followed it, and shrink to a third. It is a part of the format: another text is another version of <see cref="ArchivedItem"/>.
/// </summary>
internal static class KnownItem
{
    internal static ReadOnlySpan<byte> Text =>
        """{"seq":73,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"artifact.created","data":{"queue":"w"""u8
        + """ork","name":"agent","target":"page:help/returns-0","contentType":"text/plain","artifact":"A-1","i"""u8
        + """tem":"W-1"}},{"seq":74,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"artifact.versionPublis"""u8
        + """hed","data":{"version":1,"contentHash":"sha256:","length":294,"name":"agent","byKind":"agent","r"""u8
        + """un":"b41","lease":"L-1","note":null,"base":null,"sources":[{"target":"kb:rules/returns-0","versi"""u8
        + """on":"1"}],"kind":"publish","changedLines":null,"usesPermit":false,"artifact":"A-1","item":"W-1"}},{"s"""u8
        + """eq":103,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"lease.released","data":{"as":"release"""u8
        + """d","attempt":true,"lapse":false,"note":null,"outcome":"given_back","result":null,"item":"W-1","l"""u8
        + """ease":"L-1"}},{"seq":85,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"checkpoint.recorded","d"""u8
        + """ata":{"item":"W-1","lease":"L-1","number":1,"late":false,"summary":"","evidence":[],"artifacts":[{"i"""u8
        + """d":"A-1","version":1}],"validations":[{"name":"agent","outcome":"passed","detail":null}],"openQu"""u8
        + """estions":[],"nextStep":""}},{"seq":86,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"action.p"""u8
        + """repared","data":{"queue":"work","kind":"send_reply","target":"mail:tickets/88200","artifact":"A-1","v"""u8
        + """ersion":1,"expectedTargetVersion":null,"payloadHash":"sha256:","before":null,"applySeconds":300,"f"""u8
        + """ingerprint":"","lease":"L-1","action":"send_reply-0-v1","item":"W-1"}},{"seq":87,"at":"2026-11-3"""u8
        + """0T09:30:00.000Z","by":"U-1","type":"review.requested","data":{"version":1,"reviewers":[{"princip"""u8
        + """al":null,"role":"reviewer"}],"name":"agent","askedBy":null,"note":null,"dueAt":"2026-11-30T09:30:0"""u8
        + """0.000Z","lease":"L-1","review":"R-1","artifact":"A-1","item":"W-1"}},{"seq":88,"at":"2026-11-30T"""u8
        + """09:30:00.000Z","by":"U-1","type":"lease.suspended","data":{"reasons":["waiting_on_review"],"rema"""u8
        + """iningMs":296358,"expiresAt":"2026-11-30T09:30:00.000Z","note":null,"item":"W-1","lease":"L-1"}},{"s"""u8
        + """eq":104,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"item.parked","data":{"why":"","until":n"""u8
        + """ull,"attemptsUsedUp":false,"item":"W-1"}}{"id":"W-1","queue":"work","title":"","body":"","priori"""u8
        + """ty":2,"labels":[""],"targets":["crm:account/4888#leads"],"externalId":"","notBefore":null,"dueAt":n"""u8
        + """ull,"dependsOn":[],"openDependencies":[],"createdBy":"U-1","createdAt":"2026-11-30T09:30:00.000Z","u"""u8
        + """pdatedAt":"2026-11-30T09:30:00.000Z","seq":168,"readyAt":"2026-11-30T09:30:00.000Z","readySeq":1"""u8
        + """67,"lease":null,"past":[{"id":"L-1","item":"W-1","queue":"work","holder":{"id":"U-1","name":"age"""u8
        + """nt","kind":"agent","run":"402"},"grantSeq":53,"state":"ended","reasons":[],"before":"claimed","c"""u8
        + """laimedAt":"2026-11-30T09:30:00.000Z","startBy":null,"startedAt":"2026-11-30T09:30:00.000Z","expi"""u8
        + """resAt":"2026-11-30T09:30:00.000Z","leaseSeconds":40,"renewals":4,"quietRenewals":0,"quietSince":"2"""u8
        + """026-11-30T09:30:00.000Z","lastProgress":{"at":"2026-11-30T09:30:00.000Z","step":"3 of 3","note":""},"s"""u8
        + """uspendedAt":null,"remainingMs":0,"suspendedMs":0,"staleAt":null,"mustAcknowledge":null,"hasCheck"""u8
        + """point":true,"endedAs":"completed","endedBy":"U-1","endedAt":"2026-11-30T09:30:00.000Z","result":"","p"""u8
        + """olicy":{"claimSeconds":20,"maxQuietRenewals":3,"maxLifetimeSeconds":14400,"maxSuspendSeconds":90"""u8
        + """0,"resumeSeconds":60,"onStale":"requeue","reviveStale":true,"staleGraceSeconds":45,"staleHoldSec"""u8
        + """onds":3600,"acceptSeconds":900,"maxAttempts":null,"backoff":null}}],"handoff":null,"parked":null,"w"""u8
        + """aitsUntil":null,"waitsFor":null,"settled":{"completed":true,"by":"U-1","at":"2026-11-30T09:30:00.0"""u8
        + """00Z","why":null,"result":""},"attempts":0,"lapses":0,"applying":[],"openConflicts":0,"attention":[],"c"""u8
        + """heckpoints":[{"number":1,"lease":"L-1","by":{"id":"U-1","name":"agent","kind":"agent","run":"402"},"a"""u8
        + """t":"2026-11-30T09:30:00.000Z","seq":148,"late":false,"summary":"","evidence":[{"label":"","uri":"","s"""u8
        + """ha256":"","text":null,"contentHash":null}],"artifacts":[],"validations":[{"name":"agent","outcom"""u8
        + """e":"passed","detail":null}],"openQuestions":[""],"nextStep":"Go on at lead 10."}],"notes":[],"lo"""u8
        + """cks":[],"lockWaits":[],"log":[{"seq":27,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"item.c"""u8
        + """reated","data":{"queue":"work","title":"","body":"","priority":2,"labels":[""],"targets":["crm:a"""u8
        + """ccount/4888#leads"],"externalId":"","notBefore":null,"dueAt":null,"dependsOn":[],"openDependenci"""u8
        + """es":[],"waitsUntil":null,"item":"W-1"}},{"seq":53,"at":"2026-11-30T09:30:00.000Z","by":"U-1","ty"""u8
        + """pe":"lease.claimed","data":{"holder":{"id":"U-1","name":"agent","kind":"agent","run":"402"},"how":"c"""u8
        + """laim","startBy":"2026-11-30T09:30:00.000Z","leaseSeconds":40,"why":null,"terms":{"claimSeconds":2"""u8
        + """0,"maxQuietRenewals":3,"maxLifetimeSeconds":14400,"maxSuspendSeconds":900,"resumeSeconds":60,"on"""u8
        + """Stale":"requeue","reviveStale":true,"staleGraceSeconds":45,"staleHoldSeconds":3600,"acceptSecond"""u8
        + """s":900,"maxAttempts":null,"backoff":null},"item":"W-1","lease":"L-1"}},{"seq":76,"at":"2026-11-3"""u8
        + """0T09:30:00.000Z","by":"U-1","type":"lease.started","data":{"expiresAt":"2026-11-30T09:30:00.000Z","i"""u8
        + """tem":"W-1","lease":"L-1"}},{"seq":148,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"checkpo"""u8
        + """int.recorded","data":{"item":"W-1","lease":"L-1","number":1,"late":false,"summary":"","evidence":[{"l"""u8
        + """abel":"","uri":"","sha256":"","text":null,"contentHash":null}],"artifacts":[],"validations":[{"n"""u8
        + """ame":"agent","outcome":"passed","detail":null}],"openQuestions":[""],"nextStep":"Go on at lead 1"""u8
        + """0."}},{"seq":167,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"lease.completed","data":{"as":"c"""u8
        + """ompleted","attempt":false,"lapse":false,"note":null,"outcome":null,"result":"","item":"W-1","lea"""u8
        + """se":"L-1"}},{"seq":168,"at":"2026-11-30T09:30:00.000Z","by":"U-1","type":"item.completed","data":{"r"""u8
        + """esult":"","item":"W-1"}}],"staleAttentionAt":null,"requeueAt":null}"""u8;
}
