import assert from "node:assert/strict";
import { program } from "../../src/cli/program.ts";
import { lineside } from "./lineside.ts";

/** What bash completes `words` to, the last of which is being typed. */
async function completed(script: string, words: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-euc",
      `source /dev/stdin <<<"$SCRIPT"
       COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
       "$(complete -p lineside | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
       printf '%s\\n' "\${COMPREPLY[@]}"`,
      "bash",
      ...words,
    ],
    env: { SCRIPT: script },
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(code, 0);
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

Deno.test("the bash script completes verbs, options and files", async () => {
  const { code, stdout } = await lineside(["completion", "bash"]);
  assert.equal(code, 0);
  const all = await completed(stdout, ["lineside", ""]);
  for (const command of program().commands) assert.ok(all.includes(command.name()));
  assert.deepEqual(await completed(stdout, ["lineside", "insp"]), ["inspect"]);
  assert.deepEqual(await completed(stdout, ["lineside", "run", "--fr"]), ["--frames"]);
  assert.deepEqual(await completed(stdout, ["lineside", "run", "pipelines/quick"]), [
    "pipelines/quickstart.yaml",
  ]);
});

for (const shell of ["zsh", "fish"]) {
  Deno.test(`the ${shell} script names every verb and option`, async () => {
    const { code, stdout } = await lineside(["completion", shell]);
    assert.equal(code, 0);
    for (const command of program().commands) {
      assert.ok(stdout.includes(command.summary()), command.name());
      for (const { long, hidden } of command.options) {
        assert.equal(stdout.includes(long!.slice(2)), !hidden, long);
      }
    }
  });
}
