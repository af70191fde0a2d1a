import { Command } from "commander";
import manifest from "../../deno.json" with { type: "json" };
import { completion } from "./completion.ts";

/**
 * The command line: one file a verb. A verb's file declares its options at once and imports what
 * does its work when it is run, so that `--help` and a wrong option cost nothing.
 */
export function program(): Command {
  const root = new Command("lineside")
    .description("Video inspection: cameras through neural networks to events and pictures.")
    .version(manifest.version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(add --help for what there is)")
    .configureHelp({ showGlobalOptions: false });
  for (const verb of [completion()]) {
    root.addCommand(verb.copyInheritedSettings(root));
  }
  return root;
}
