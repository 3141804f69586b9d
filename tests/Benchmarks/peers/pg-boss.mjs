// pg-boss on PostgreSQL: send, fetch, three times touch, complete. Each is one transaction.
//   node pg-boss.mjs PORT PID SECONDS WARM
import { PgBoss } from "pg-boss";
import { drive, numbers } from "./drive.mjs";

const { port, ...rest } = numbers("port", "server", "seconds", "warm");
const boss = new PgBoss({
    connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`,
    max: 64,
});
boss.on("error", error => console.error(error.message));
await boss.start();
await boss.createQueue("bench");

const peer = {
    name: "pg-boss on PostgreSQL",
    nothing: {
        name: "`select 1` of PostgreSQL by pg-boss, nothing written",
        call: () => boss.getDb().executeSql("select 1"),
    },
    async cycle(_, call) {
        await call(() => boss.send("bench", { title: "Answer a ticket about an invoice" }));
        const job = await call(take);
        for (let step = 1; step <= 3; step++) await call(() => boss.touch("bench", job.id));
        await call(() => boss.complete("bench", job.id, { result: "sent" }));
    },
};

// It may find nothing where another caller took this one's job and left its own, which the statement does not see yet.
async function take() {
    for (;;) {
        const [job] = await boss.fetch("bench");
        if (job) return job;
    }
}

await drive(peer, rest);
process.exit(0);
