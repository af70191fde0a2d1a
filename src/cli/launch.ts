import { Command } from "commander";
import type { ExecuteOptions } from "./execute.ts";
import { runningHelp, runningOptions } from "./options.ts";

/** `lineside launch 'A ! B ! C'`. */
export function launch(): Command {
  const command = new Command("launch")
    .summary("run a pipeline written on the command line")
    .description(
      "Runs elements written as NAME OPTION=VALUE … and joined by !, as gst-launch does.",
    )
    .argument("<elements...>", "the line; quote it, as shells read ! and *");
  return runningOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  lineside launch 'file location=clip.mp4 ! null'
  lineside launch 'file location=clip.mp4 ! letterbox size=640 ! infer model=m.onnx ! nms ! track ! events file=-'
${runningHelp}`,
    )
    .action(async (words: string[], options: ExecuteOptions) => {
      const { readLaunch } = await import("./pipeline.ts");
      const { execute } = await import("./execute.ts");
      await execute(readLaunch(lineOf(words)), options);
    });
}

/** One line of what the shell may have taken apart; blanks that it kept together stay together. */
function lineOf(words: readonly string[]): string {
  if (words.length === 1) return words[0]!;
  return words.map((word) => word.replaceAll(/\s/g, "\\$&")).join(" ");
}
