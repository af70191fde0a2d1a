import { type Box, type Drawing, type Kind, plain } from "./drawing.ts";

/** Fill and line of each kind of box. */
const colours: Readonly<Record<Kind, readonly [string, string]>> = {
  camera: ["#e3f2fd", "#1565c0"],
  engine: ["#fff3e0", "#e65100"],
  native: ["#e8f5e9", "#2e7d32"],
  transform: ["#f3e5f5", "#6a1b9a"],
  sink: ["#eceff1", "#37474f"],
};

/** A drawing in Graphviz's language. */
export function toDot({ boxes, arrows }: Drawing): string {
  const lines = [
    "digraph pipeline {",
    '  graph [rankdir=LR, fontname="Helvetica", fontsize=11, nodesep=0.3, ranksep=0.55]',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=13, margin="0.15,0.08"]',
    '  edge [fontname="Helvetica", fontsize=10, color="#607d8b", fontcolor="#546e7a", arrowsize=0.7]',
  ];
  for (const [job, members] of Map.groupBy(boxes, (box) => box.job)) {
    if (job === undefined) {
      for (const box of members) lines.push(`  ${boxLine(box)}`);
      continue;
    }
    lines.push(`  subgraph cluster_${job} {`);
    lines.push('    label="one native job"; style="rounded,dashed"; color="#81c784"');
    lines.push('    fontcolor="#2e7d32"');
    for (const box of members) lines.push(`    ${boxLine(box)}`);
    lines.push("  }");
  }
  for (const { from, to, label, serves } of arrows) {
    const text = label.split("\n").map(quoted).join("\\n");
    lines.push(
      serves
        ? `  ${from} -> ${to} [style=dashed, arrowhead=none, color="#e65100"]`
        : `  ${from} -> ${to} [label="${text}"]`,
    );
  }
  return [...lines, "}", ""].join("\n");
}

function boxLine({ key, kind, title, details }: Box): string {
  const [fill, line] = colours[kind];
  const small = details.map((detail) =>
    `<br/><font point-size="11" color="#455a64">${escaped(detail)}</font>`
  );
  const shape = kind === "engine" ? ', shape=cylinder, style="filled"' : "";
  const label = `<<b>${escaped(title)}</b>${small.join("")}>`;
  return `${key} [label=${label}, fillcolor="${fill}", color="${line}"${shape}]`;
}

/** For Graphviz's HTML-like labels, which are XML. */
function escaped(text: string): string {
  return plain(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function quoted(text: string): string {
  return plain(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
