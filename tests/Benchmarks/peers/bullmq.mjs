// BullMQ: add, take, three times extendLock, moveToCompleted. Each is one script in Redis, which answers once its log is on disk.
// All callers share the connections of one queue and one worker, as they do in a program that uses it.
//   node bullmq.mjs PORT PID SECONDS WARM
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { drive, numbers } from "./drive.mjs";

const { port, ...rest } = numbers("port", "server", "seconds", "warm");
const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
const queue = new Queue("bench", { connection });
const worker = new Worker("bench", null, { connection, autorun: false });
const redis = new Redis(connection);
await worker.waitUntilReady();

const peer = {
    name: "BullMQ on Redis",
    nothing: {
        name: "`PING` of Redis, nothing written",
        call: () => redis.ping(),
    },
    async cycle(caller, call) {
        const token = `agent-${caller}`;
        await call(() => queue.add("ticket", { title: "Answer a ticket about an invoice" }));
        const job = await call(() => take(token));
        for (let step = 1; step <= 3; step++) await call(() => job.extendLock(token, 60_000));
        await call(() => job.moveToCompleted("sent", token, false));
    },
};

// Each caller has put in one job before it takes one, so that there is one for it, if not at once.
async function take(token) {
    for (;;) {
        const job = await worker.getNextJob(token, { block: false });
        if (job) return job;
    }
}

await drive(peer, rest);
process.exit(0);
