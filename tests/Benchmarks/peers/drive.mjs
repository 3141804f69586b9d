// Drives a queue by many callers at once and prints each measurement as a line of values between tabs (PeerFigure in ../PeerFigure.cs).
import { readdirSync, readFileSync } from "node:fs";

const callerCounts = [1, 16, 64];
const ticksPerSecond = 100; // The unit of /proc, whatever the kernel's own.

/**
 * Measures a queue at 1, 16 and 64 callers, and then a call that writes nothing at 64.
 * @param peer The row's `name`; `nothing.name` and `nothing.call`; `cycle(caller, call)`, which makes each call through `call`.
 * @param server The process id of the server.
 */
export async function drive(peer, { server, seconds, warm }) {
    await run(callerCounts.at(-1), warm, peer.cycle);
    for (const callers of callerCounts) await measure(peer.name, callers, server, seconds, peer.cycle, true);
    await measure(peer.nothing.name, callerCounts.at(-1), server, seconds, (_, call) => call(peer.nothing.call), false);
}

/** The numbers after the script's name on the command line, by these names. */
export function numbers(...names) {
    return Object.fromEntries(names.map((name, k) => [name, Number(process.argv[k + 2])]));
}

async function measure(name, callers, server, seconds, cycle, isDurable) {
    const [cpu, own] = [processorSeconds(server), process.cpuUsage()];
    const { cycles, latencies, took } = await run(callers, seconds, cycle);
    const used = process.cpuUsage(own);
    const sorted = Float64Array.from(latencies).sort();
    const at = part => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    const values = [
        name,
        callers,
        isDurable ? cycles : 0,
        sorted.length,
        took,
        at(0.5),
        at(0.99),
        processorSeconds(server) - cpu,
        (used.user + used.system) / 1e6,
    ];
    console.log(values.join("\t"));
}

async function run(callers, seconds, cycle) {
    const latencies = [];
    let cycles = 0;
    const call = async what => {
        const began = performance.now();
        const answer = await what();
        latencies.push(performance.now() - began);
        return answer;
    };
    const started = performance.now();
    const until = started + seconds * 1000;
    await Promise.all(
        Array.from({ length: callers }, async (_, caller) => {
            while (performance.now() < until) {
                await cycle(caller, call);
                cycles++;
            }
        }),
    );
    return { cycles, latencies, took: (performance.now() - started) / 1000 };
}

/** Processor time of a process and its children, as ProcessorTime in ../ProcessorTime.cs. */
function processorSeconds(process) {
    for (;;) {
        const { ended } = stat(process);
        const children = ticksOfChildren(process);
        const server = stat(process);
        // A child that ended meanwhile was counted twice or not at all.
        if (server.ended === ended) return (server.own + server.ended + children) / ticksPerSecond;
    }
}

function ticksOfChildren(process) {
    let ticks = 0;
    for (const id of readdirSync("/proc").filter(name => /^\d+$/.test(name))) {
        try {
            const child = stat(id);
            if (child.parent === process) ticks += child.own;
        } catch {
            // It ended between the listing and the reading.
        }
    }
    return ticks;
}

function stat(process) {
    const text = readFileSync(`/proc/${process}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
        parent: Number(fields[1]),
        own: Number(fields[11]) + Number(fields[12]),
        ended: Number(fields[13]) + Number(fields[14]),
    };
}
