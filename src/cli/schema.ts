import { Command } from "commander";
import { print } from "./terminal.ts";

/** `lineside schema`. */
export function schema(): Command {
  return new Command("schema")
    .summary("print the JSON Schema of pipeline files")
    .description(
      "Prints the JSON Schema of pipeline files, for editors that check and complete YAML.",
    )
    .addHelpText(
      "after",
      `
Example:
  lineside schema > lineside.schema.json

An editor with yaml-language-server reads it where a file's first line is
  # yaml-language-server: $schema=lineside.schema.json`,
    )
    .action(async () => {
      const { pipelineSchema } = await import("../graph/mod.ts");
      const { elements } = await import("../elements/index.ts");
      const { engineOptions } = await import("../elements/infer.ts");
      print(JSON.stringify(pipelineSchema(elements, engineOptions), null, 2) + "\n");
    });
}
