import { Command } from "commander";
import manifest from "../../deno.json" with { type: "json" };
import { check } from "./check.ts";
import { completion } from "./completion.ts";
import { devices } from "./devices.ts";
import { evaluate } from "./evaluate.ts";
import { graph } from "./graph.ts";
import { inspect } from "./inspect.ts";
import { launch } from "./launch.ts";
import { quantize } from "./quantize.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";

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
  const verbs = [
    run,
    launch,
    check,
    inspect,
    graph,
    schema,
    quantize,
    evaluate,
    devices,
    completion,
  ];
  for (const verb of verbs) {
    root.addCommand(verb().copyInheritedSettings(root));
  }
  return root;
}
