import { Command } from "commander";
import type { ExecuteOptions } from "./execute.ts";
import { runningHelp, runningOptions, settingOption } from "./options.ts";

/** `lineside run PIPELINE`. */
export function run(): Command {
  const command = new Command("run")
    .summary("run a pipeline file")
    .description("Runs a pipeline file until its sources end or it is stopped.")
    .argument("<pipeline>", "the YAML file")
    .addOption(settingOption());
  return runningOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  lineside run pipelines/quickstart.yaml
  lineside run pipelines/detect-file.yaml --set cameras.clip.file=clip.mp4
  lineside run pipelines/detect-file.yaml --frames 100 --stats
${runningHelp}`,
    )
    .action(async (file: string, options: ExecuteOptions & { set: string[] }) => {
      const { readPipeline } = await import("./pipeline.ts");
      const { execute } = await import("./execute.ts");
      await execute(await readPipeline(file, options.set), options);
    });
}
