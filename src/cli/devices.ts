import { Command } from "commander";
import { print } from "./terminal.ts";

/** `lineside devices`. */
export function devices(): Command {
  return new Command("devices")
    .summary("list cameras, codecs and inference backends of this machine")
    .description("Lists what this machine has: cameras, encoders, decoders, inference backends.")
    .option("--json", "print the list as JSON")
    .addHelpText("after", "\nExamples:\n  lineside devices\n  lineside devices --json")
    .action(async (options: { json?: boolean }) => {
      const { listDevices } = await import("./device_list.ts");
      const { found, text } = await listDevices();
      print(options.json ? JSON.stringify(found, null, 2) + "\n" : text);
    });
}
