// Prints the figures of the benchmark.
const WIDTH = 58;

export const print = (text) => process.stdout.write(`${text}\n`);

/** Prints a line about load: requests per second and latencies in ms. */
export function row(name, { perSecond, p50, p99 }) {
  print(
    `  ${name.padEnd(WIDTH)} ${perSecond.toFixed(0).padStart(7)}/s   p50 ${String(p50).padStart(4)} ms   p99 ${String(p99).padStart(4)} ms`,
  );
}

/** @param goal the goal, in words */
export function figure(name, value, goal) {
  print(`  ${name.padEnd(WIDTH)} ${value}${goal ? `   (goal: ${goal})` : ''}`);
}

export const ratio = (name, a, b, goal) => figure(name, (a / b).toFixed(2), goal);
