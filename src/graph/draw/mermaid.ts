import { type Box, type Drawing, plain } from "./drawing.ts";

/** A drawing in Mermaid's language, which GitHub and GitLab show in Markdown. */
export function toMermaid({ boxes, arrows }: Drawing): string {
  const lines = ["flowchart LR"];
  for (const [job, members] of Map.groupBy(boxes, (box) => box.job)) {
    if (job === undefined) {
      for (const box of members) lines.push(`  ${boxLine(box)}`);
      continue;
    }
    lines.push(`  subgraph job${job}["one native job"]`);
    for (const box of members) lines.push(`    ${boxLine(box)}`);
    lines.push("  end");
  }
  for (const { from, to, label, serves } of arrows) {
    const text = label.split("\n").map(escaped).join("<br/>");
    lines.push(serves ? `  ${from} -.- ${to}` : `  ${from} -->|"${text}"| ${to}`);
  }
  return [...lines, ""].join("\n");
}

function boxLine({ key, kind, title, details }: Box): string {
  const text = [`<b>${escaped(title)}</b>`, ...details.map(escaped)].join("<br/>");
  const [open, close] = kind === "camera"
    ? ["([", "])"]
    : kind === "engine"
    ? ["[(", ")]"]
    : ["[", "]"];
  return `${key}${open}"${text}"${close}`;
}

/** Mermaid's entities are numbers between `#` and `;`; letters, digits and few marks need none. */
function escaped(text: string): string {
  return plain(text).replace(
    /[^\p{L}\p{N} ._:/,=+•…-]/gu,
    (mark) => `#${mark.codePointAt(0)};`,
  );
}
