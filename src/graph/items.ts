import { z } from "zod";
import type { Workshop } from "./compile.ts";
import { describe, type Entry } from "./node.ts";
import { checkOptions } from "./options.ts";
import type { LinkPlan } from "./plan.ts";
import { duration } from "./values.ts";

/** `queue:` beside an element. */
export const queueOptions = z.strictObject({
  size: z.number().int().min(1).max(1024).default(4).describe("Packets that may wait"),
  policy: z.enum(["block", "drop-oldest", "drop-newest", "latest"]).default("block").describe(
    "What happens when it is full; latest keeps one packet, the newest",
  ),
});

/** `timeout:` beside an element. */
export const timeoutOptions = z.strictObject({
  timeout: duration().default(10).describe(
    "Longest time one packet may take here before its camera is ended",
  ),
});

/** The queue before an element, from a size, a policy or a mapping of both. */
export function compileQueue(entry: Entry | undefined, workshop: Workshop): LinkPlan {
  if (!entry) return queueOptions.parse({});
  const { report, interpolator } = workshop;
  const value = interpolator.fill(entry.value);
  const fallback: LinkPlan = { size: 4, policy: "block" };
  if (value.kind === "list") {
    report.error(value.at, "`queue` must be a size, a policy or a mapping of both, found a list");
    return fallback;
  }
  const entries = value.kind === "mapping"
    ? value.entries
    : [{ key: typeof value.value === "number" ? "size" : "policy", at: entry.at, value }];
  const options = new Map(entries.map((one) => [one.key, one]));
  const subject = { label: "`queue`", at: entry.at, names: ["size", "policy"] };
  const parsed = checkOptions(queueOptions, options, subject, report) as LinkPlan | undefined;
  if (!parsed) return fallback;
  if (parsed.policy !== "latest") return parsed;
  const size = options.get("size");
  if (size && parsed.size !== 1) {
    report.error(
      size.value.at,
      `\`latest\` keeps one packet: \`size\` must be 1 or left out, found ${describe(size.value)}`,
    );
  }
  return { size: 1, policy: "latest" };
}

/** Seconds a packet may take. */
export function compileTimeout(entry: Entry | undefined, workshop: Workshop): number {
  if (!entry) return 10;
  const { report, interpolator } = workshop;
  const options = new Map([["timeout", { ...entry, value: interpolator.fill(entry.value) }]]);
  const subject = { label: "this item", at: entry.at, names: ["timeout"] };
  const parsed = checkOptions(timeoutOptions, options, subject, report);
  return typeof parsed?.timeout === "number" ? parsed.timeout : 10;
}
