import { Command, Option } from "commander";
import { CliError } from "./exit.ts";
import { colorOption } from "./options.ts";
import { columns, print, styles } from "./terminal.ts";

/** `lineside inspect [ELEMENT]`. */
export function inspect(): Command {
  return new Command("inspect")
    .summary("list the elements, or show the options of one")
    .description(
      "Lists all elements, or shows one: ports, options with types and defaults, example.",
    )
    .argument("[element]", "its name")
    .option("--json", "print it as JSON")
    .addOption(new Option("--markdown", "print the reference page of all elements").hideHelp())
    .addOption(colorOption())
    .addHelpText(
      "after",
      `
Examples:
  lineside inspect
  lineside inspect letterbox
  lineside inspect nms --json`,
    )
    .action(show);
}

async function show(
  name: string | undefined,
  options: { json?: boolean; markdown?: boolean },
): Promise<void> {
  const { elements } = await import("../elements/index.ts");
  const { elementPage } = await import("./element_page.ts");
  const { elementText, listText, referencePage } = await import("./element_text.ts");
  const all = [...elements.values()];
  const shown = name === undefined ? all : all.filter((element) => element.name === name);
  if (shown.length === 0) {
    const { suggestion } = await import("../graph/names.ts");
    const names = all.map((element) => element.name);
    throw new CliError(`there is no element \`${name}\`${suggestion(name!, names)}`);
  }
  const pages = shown.map(elementPage);
  if (options.markdown) print(referencePage(pages));
  else if (options.json) {
    print(JSON.stringify(name === undefined ? pages : pages[0], null, 2) + "\n");
  } else if (name === undefined) print(listText(pages, styles(Deno.stdout)));
  else {
    const width = Math.min(columns(), 100);
    print(pages.map((page) => elementText(page, styles(Deno.stdout), width)).join("\n"));
  }
}
