import type { ElementPage, OptionPage } from "./element_page.ts";
import type { Styles } from "./terminal.ts";

const roles: Record<ElementPage["role"], string> = {
  source: "source (a camera)",
  native: "native element (fused with its native neighbours into one job)",
  transform: "element",
  sink: "sink (passes on what it is given)",
};

/** One element for a terminal, no line wider than `width` columns where words allow it. */
export function elementText(page: ElementPage, styles: Styles, width: number): string {
  const { bold, cyan, dim } = styles;
  const lines = [
    `${bold(page.name)}: ${page.summary}`,
    ...wrap(page.description?.replaceAll("\n", " ") ?? "", width, 2),
    "",
    `  is       ${roles[page.role]}`,
    ...(page.role === "source" ? [] : [`  accepts  ${page.accepts.join(", ")}`]),
    `  gives    ${page.gives === "same" ? "what it was given" : page.gives}`,
    "",
    ...(page.options.length > 0 ? [bold("Options")] : ["No options."]),
    ...page.options.flatMap((option) => [
      `  ${cyan(option.name)}  ${dim(facts(page, option).join("; "))}`,
      ...wrap(option.description, width, 6),
    ]),
    "",
    bold("Example"),
    ...page.example.split("\n").map((line) => `  ${page.role === "source" ? line : `- ${line}`}`),
  ];
  return lines.join("\n") + "\n";
}

/** The list of all elements. */
export function listText(pages: readonly ElementPage[], styles: Styles): string {
  const width = Math.max(...pages.map((page) => page.name.length));
  const section = (title: string, of: readonly ElementPage[]) => [
    styles.bold(title),
    ...of.map((page) => `  ${styles.cyan(page.name.padEnd(width))}  ${page.summary}`),
    "",
  ];
  return [
    ...section("Sources (under cameras:)", pages.filter((page) => page.role === "source")),
    ...section("Elements (under elements:)", pages.filter((page) => page.role !== "source")),
    "lineside inspect ELEMENT shows one's options.",
  ].join("\n") + "\n";
}

/** The reference page, as Markdown. */
export function referencePage(pages: readonly ElementPage[]): string {
  return [
    "# Elements",
    "",
    "Written by `deno task reference` from the elements' declarations. `scripts/lineside inspect NAME`",
    "shows the same on a terminal.",
    ...pages.flatMap((page) => ["", ...elementMarkdown(page)]),
    "",
  ].join("\n");
}

function elementMarkdown(page: ElementPage): string[] {
  const ports = page.role === "source"
    ? `Gives ${page.gives}.`
    : `Accepts ${page.accepts.join(", ")}; gives ${
      page.gives === "same" ? "what it was given" : page.gives
    }.`;
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    `## ${page.name}`,
    "",
    `${page.summary}.${page.description ? ` ${page.description}` : ""}`,
    "",
    ports,
    ...(page.options.length > 0 ? ["", "| option | | |", "|---|---|---|"] : []),
    ...page.options.map((option) =>
      `| \`${option.name}\` | ${cell(facts(page, option).join("; "))} | ${
        cell(option.description)
      } |`
    ),
    "",
    "```yaml",
    page.role === "source" ? `cameras: { name: ${page.example} }` : `- ${page.example}`,
    "```",
  ];
}

function facts(page: ElementPage, option: OptionPage): string[] {
  return [
    option.type,
    option.required
      ? "required"
      : option.default !== undefined
      ? `default ${JSON.stringify(option.default)}`
      : "optional",
    ...(page.shorthand === option.name ? [`what a bare value sets`] : []),
    ...(option.aliases.length > 0 ? [`also ${option.aliases.join(", ")}`] : []),
  ];
}

function wrap(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines.map((line) => " ".repeat(indent) + line);
}
