import { ImageListError } from "../../elements/image_list.ts";
import { DataError } from "../../evaluate/error.ts";
import { ModelError } from "../../model/error.ts";
import { CalibrationError } from "../../quantize/calibration/error.ts";
import { CliError, ExitCode } from "../exit.ts";

/**
 * Runs `work`; what is wrong with a file is told without a stack trace.
 *
 * @throws {CliError} exit code 2 for a file that is wrong, 1 for what failed while running.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    const wrong = error instanceof DataError || error instanceof ModelError ||
      error instanceof ImageListError || error instanceof CalibrationError ||
      error instanceof Deno.errors.NotFound;
    throw new CliError(error.message, wrong ? ExitCode.usage : ExitCode.failed);
  }
}

/**
 * Reads a file of text.
 *
 * @throws {DataError} There is none, or it can't be read.
 */
export async function readData(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.IsADirectory
      ? "is a folder, expected a file"
      : error instanceof TypeError
      ? "is no text in UTF-8"
      : (error as Error).message;
    throw new DataError(path, reason);
  }
}
