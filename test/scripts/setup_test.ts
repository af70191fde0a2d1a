import assert from "node:assert/strict";
import { repository, skipped } from "../shared.ts";
import { withFolder } from "../cli/lineside.ts";

/** Runs a command; what it printed on both streams, and its exit code. */
async function sh(script: string, cwd: string): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script],
    cwd,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("setup is silent once all is there, from any folder", async () => {
  await sh("scripts/setup test", repository(""));
  assert.deepEqual(await sh(`${repository("scripts/setup")} test`, "/"), { code: 0, text: "" });
});

/** A copy of the scripts that wants one package that no machine has. */
async function copied(folder: string): Promise<void> {
  const { code, text } = await sh(
    `mkdir scripts && cp "$SCRIPTS"/{setup,environment,requirements.txt} scripts/ &&
     sed -i 's/^runtime_packages=(/&no-such-package-of-lineside /' scripts/setup &&
     chmod -R a+rwX .`.replace("$SCRIPTS", repository("scripts")),
    folder,
  );
  assert.equal(code, 0, text);
}

Deno.test("without root, missing packages give the one line to run, and exit code 2", async () => {
  await withFolder(async (folder) => {
    await copied(folder);
    const asNobody = Deno.uid() === 0 ? "setpriv --reuid 65534 --clear-groups" : "";
    const { code, text } = await sh(`${asNobody} scripts/setup`, folder);
    assert.match(
      text,
      /\nsudo apt-get update && sudo apt-get install -y --no-install-recommends no-such-package-of-lineside( \S+)*\n$/,
    );
    assert.equal(code, 2);
  });
});

Deno.test({
  name: "a step that fails shows its log and gives exit code 1",
  ignore: skipped("a setup step that fails", { root: Deno.uid() === 0 ? "yes" : null }),
  fn: () =>
    withFolder(async (folder) => {
      await copied(folder);
      // Reads the real lists but installs nothing: apt refuses a name it does not know.
      const { code, text } = await sh(
        `sed -i 's/apt-get update/true/' scripts/setup && scripts/setup`,
        folder,
      );
      assert.match(text, /Unable to locate package no-such-package-of-lineside/);
      assert.match(text, /setup: failed after \d+ s: installing Debian packages: no-such-package/);
      assert.equal(code, 1);
    }),
});

Deno.test("an unknown stage of scripts/test is refused with the ones there are", async () => {
  const { code, text } = await sh("scripts/test formt", repository(""));
  assert.equal(code, 2);
  assert.match(text, /no stage formt; there are: format lint /);
});
