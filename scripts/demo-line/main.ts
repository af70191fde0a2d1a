/**
 * Draws a production line: stills with COCO annotations, and clips with the truth beside them.
 * README.md says what is drawn and with which permissions to run this.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { makeImages } from "./images.ts";
import { domains, type FrameSize } from "./scene/stage.ts";

const interrupted = new AbortController();

function whole(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number from ${least} is expected`);
    }
    return value;
  };
}

function size(text: string): FrameSize {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!width || !height || width < 64 || height < 64 || width % 2 || height % 2) {
    throw new InvalidArgumentError("even numbers from 64 are expected, as 640x480");
  }
  return { width, height };
}

const domain = () =>
  new Option("--domain <name>", "first, or second: another belt, light and camera").choices(domains)
    .default("first");
const workers = () =>
  new Option("--workers <n>", "threads that draw").argParser(whole(1))
    .default(navigator.hardwareConcurrency, "one a core");
const frame = () =>
  new Option("--size <WxH>", "pixels of a frame").argParser(size)
    .default({ width: 640, height: 480 }, "640x480");

const program = new Command("demo-line")
  .description("Draws parts on a conveyor, some with defects, and writes what is in the pictures.")
  .addHelpText(
    "after",
    `
Examples:
  demo-line images --count 7000 --seed 1 --out train
  demo-line images --count 500 --seed 2 --out other --domain second`,
  );

program.command("images")
  .description("writes DIR/images/NNNNNN.jpg and DIR/annotations.json in COCO's form")
  .requiredOption("--count <n>", "how many images", whole(1))
  .requiredOption("--seed <n>", "the same seed draws the same images", whole(0))
  .requiredOption("--out <dir>", "folder to write to; made if need be")
  .addOption(domain())
  .addOption(frame())
  .addOption(workers())
  .action(async (options) => {
    const rate = await makeImages({ ...options, signal: interrupted.signal });
    console.log(`${options.count} images in ${options.out}, ${rate.toFixed(1)} a second`);
  });

Deno.addSignalListener("SIGINT", () => {
  // A second one stops at once.
  if (interrupted.signal.aborted) Deno.exit(130);
  interrupted.abort(new Deno.errors.Interrupted("interrupted: no annotations were written"));
});

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  const known = error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.AlreadyExists;
  console.error(
    `demo-line: ${known ? error.message : error instanceof Error ? error.stack : error}`,
  );
  Deno.exit(error instanceof Deno.errors.Interrupted ? 130 : 1);
}
Deno.exit(0);
