/**
 * Draws a production line: stills with COCO annotations, and clips with the truth beside them.
 * README.md says what is drawn and with which permissions to run this.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { makeClip } from "./clip.ts";
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

function number(text: string, low: number, high: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= low && value <= high)) {
    throw new InvalidArgumentError(`a number from ${low} to ${high} is expected`);
  }
  return value;
}

const share = (text: string) => number(text, 0, 1);
const seconds = (text: string) => number(text, 0.04, 3600);

function mp4(text: string): string {
  if (!text.endsWith(".mp4")) {
    throw new InvalidArgumentError("a name that ends in .mp4 is expected");
  }
  return text;
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
  .exitOverride()
  .description("Draws parts on a conveyor, some with defects, and writes what is in the pictures.")
  .addHelpText(
    "after",
    `
Examples:
  demo-line images --count 7000 --seed 1 --out train
  demo-line images --count 500 --seed 2 --out other --domain second
  demo-line clip --seconds 24 --seed 5 --out line.mp4
  demo-line clip --seconds 120 --seed 101 --out unseen.mp4 --rejects 0.3`,
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

program.command("clip")
  .description("writes a clip as H.264, NAME.gt.txt (MOTChallenge) and NAME.truth.json beside it")
  .requiredOption("--seconds <n>", "length of the clip", seconds)
  .requiredOption("--seed <n>", "the same seed draws the same clip", whole(0))
  .requiredOption("--out <file.mp4>", "the clip; its folder must be there", mp4)
  .option("--rejects <share>", "share of the parts that are defective, 0 to 1", share, 0.15)
  .option("--line <share>", "where the counting line stands, of the frame's width", share, 0.6)
  .option("--crf <n>", "libx264's rate factor: more is smaller and worse", whole(0), 20)
  .addOption(domain())
  .addOption(frame())
  .addOption(workers())
  .action(async (options) => {
    const made = await makeClip({ ...options, signal: interrupted.signal });
    console.log(
      `${options.out}: ${made.seen} parts, ${made.counted} cross the line, ${made.good} good, ` +
        `${made.rejected} rejected; ${made.rate.toFixed(1)} frames a second`,
    );
  });

Deno.addSignalListener("SIGINT", () => {
  // A second one stops at once.
  if (interrupted.signal.aborted) Deno.exit(130);
  interrupted.abort(new Deno.errors.Interrupted("interrupted; nothing was finished"));
});

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  // It has said what was wrong with the command line, or has shown its help.
  if (error instanceof CommanderError) Deno.exit(error.exitCode === 0 ? 0 : 2);
  const known = error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotFound;
  const text = error instanceof Error ? known ? error.message : error.stack : error;
  console.error(`demo-line: ${text}`);
  Deno.exit(error instanceof Deno.errors.Interrupted ? 130 : 1);
}
Deno.exit(0);
