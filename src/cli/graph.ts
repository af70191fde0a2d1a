import { Command, Option } from "commander";
import type { DrawingFormat } from "../graph/mod.ts";
import { CliError, ExitCode } from "./exit.ts";
import { settingOption } from "./options.ts";
import { print } from "./terminal.ts";

/** `lineside graph PIPELINE`. */
export function graph(): Command {
  return new Command("graph")
    .summary("draw a pipeline")
    .description("Draws a pipeline file: cameras, elements, links and what flows over them.")
    .argument("<pipeline>", "the YAML file")
    .addOption(settingOption())
    .addOption(
      new Option("-f, --format <format>", "svg, dot (Graphviz) or mermaid (Markdown)")
        .choices(["svg", "dot", "mermaid"]).default("svg"),
    )
    .option("-o, --output <file>", "where to write it, instead of standard output")
    .addHelpText(
      "after",
      `
Examples:
  lineside graph pipelines/watch-file.yaml -o watch.svg
  lineside graph pipelines/watch-file.yaml --format mermaid`,
    )
    .action(
      async (
        file: string,
        options: { set: string[]; format: DrawingFormat; output?: string },
      ) => {
        const { readPipeline } = await import("./pipeline.ts");
        const { drawPlan } = await import("../graph/mod.ts");
        const { engineOptions } = await import("../elements/infer.ts");
        const plan = await readPipeline(file, options.set);
        const drawing = await drawPlan(plan, options.format, engineOptions);
        if (options.output === undefined) return print(drawing);
        try {
          await Deno.writeTextFile(options.output, drawing);
        } catch (error) {
          throw new CliError(
            `can't write ${options.output}: ${(error as Error).message}`,
            ExitCode.failed,
          );
        }
      },
    );
}
