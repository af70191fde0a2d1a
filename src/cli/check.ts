import { Command } from "commander";
import { colorOption, settingOption } from "./options.ts";

/** `lineside check PIPELINE…`. */
export function check(): Command {
  return new Command("check")
    .summary("say what is wrong with pipeline files")
    .description("Checks pipeline files without running them and names every mistake at once.")
    .argument("<pipelines...>", "the YAML files")
    .addOption(settingOption())
    .option("--json", "print the mistakes as a JSON array")
    .addOption(colorOption())
    .addHelpText(
      "after",
      `
Examples:
  lineside check pipelines/*.yaml
  lineside check --json line.yaml --set cameras.infeed.file=clip.mp4

Mistakes read FILE:LINE:COLUMN error: MESSAGE, as compilers write them. Exit codes: 0 none, 2 some.`,
    )
    .action(async (files: string[], options: { set: string[]; json?: boolean }) => {
      const { checkFiles } = await import("./pipeline.ts");
      await checkFiles(files, options);
    });
}
