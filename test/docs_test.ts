import assert from "node:assert/strict";
import { program } from "../src/cli/program.ts";
import { elements } from "../src/elements/index.ts";
import { lineside, withFolder } from "./cli/lineside.ts";
import { repository } from "./shared.ts";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "pipelines/launch.md",
  "docs/evaluate.md",
  "docs/quantize.md",
];

/** Code blocks of one language. */
async function blocks(page: string, language: string): Promise<string[]> {
  const text = await Deno.readTextFile(repository(page));
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language).map(([, , code]) => code!);
}

/** Commands of a shell block: comments and continuations resolved, quotes kept together. */
function commands(block: string): string[][] {
  return block.replaceAll("\\\n", " ").split("\n").map((line) => words(line)).filter((line) =>
    line.length > 0
  );
}

function words(line: string): string[] {
  const found = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  const comment = found.findIndex((match) => match[0].startsWith("#"));
  return (comment < 0 ? found : found.slice(0, comment)).map((match) =>
    match[1] ?? match[2] ?? match[3]!
  );
}

/** Commands in comments at the head of pipeline files and in pages. */
async function documented(): Promise<{ page: string; command: string[] }[]> {
  const all: { page: string; command: string[] }[] = [];
  for (const page of pages) {
    for (const block of await blocks(page, "sh")) {
      for (const command of commands(block)) all.push({ page, command });
    }
  }
  for await (const { name } of Deno.readDir(repository("pipelines"))) {
    if (!name.endsWith(".yaml")) continue;
    const text = await Deno.readTextFile(repository(`pipelines/${name}`));
    const head = text.split("\n").filter((line) => line.startsWith("#   ")).map((line) =>
      line.slice(4)
    ).join("\n");
    for (const command of commands(head)) all.push({ page: `pipelines/${name}`, command });
  }
  return all;
}

const options = (verb: string) =>
  program().commands.find((command) => command.name() === verb)?.options.flatMap((option) => [
    option.long,
    option.short,
  ]);

Deno.test("every command in the pages exists, with every option it is given", async (test) => {
  const tasks = JSON.parse(await Deno.readTextFile(repository("deno.json"))).tasks;
  const stages = /^stages=\((.*)\)$/m.exec(await Deno.readTextFile(repository("scripts/test")))![1]!
    .split(" ");
  const found = await documented();
  assert.ok(found.length > 12, `${found.length} commands`);
  for (const { page, command } of found) {
    await test.step(`${page}: ${command.join(" ")}`, async () => {
      const [name, ...args] = command;
      if (name === "deno") {
        assert.equal(args[0], "task");
        assert.ok(Object.hasOwn(tasks, args[1]!), `no task ${args[1]}`);
      } else if (name === "scripts/test") {
        if (args[0] !== "unit") {
          for (const stage of args) assert.ok(stages.includes(stage), stage);
        }
      } else if (name === "scripts/lineside" || name === "scripts/run") {
        const verb = name === "scripts/run" ? "run" : args[0]!;
        const known = options(verb);
        assert.ok(known, `no verb ${verb}`);
        for (const arg of args) {
          if (arg.startsWith("-")) assert.ok(known.includes(arg), `${verb} has no ${arg}`);
        }
      } else if (name!.includes("/")) await Deno.stat(repository(name!));
    });
  }
});

Deno.test("launch lines in the pages parse, and run where they need no model", async (test) => {
  for (const { command: [, verb, line], page } of await documented()) {
    if (verb !== "launch") continue;
    await test.step(`${page}: ${line}`, () =>
      withFolder(async (folder) => {
        // A missing model is found after the line has been understood: only that may be wrong.
        const runs = line!.includes("pipelines/assets");
        const local = line!.replace("pipelines/assets", repository("pipelines/assets"));
        const { code, stderr } = await lineside(["launch", local, "--frames", "30"], {
          cwd: folder,
        });
        if (runs) assert.equal(code, 0, stderr);
        else {
          assert.match(stderr, /^launch:1:\d+ error: yolov8n\.onnx: there is no such file\n$/);
          assert.equal(code, 2);
        }
      }));
  }
});

Deno.test("pipelines in the pages and in pipelines/ have no mistakes", async () => {
  await withFolder(async (folder) => {
    const files: string[] = [];
    for (const page of pages) {
      for (const block of await blocks(page, "yaml")) {
        if (!block.startsWith("version:")) continue;
        const file = `${folder}/${files.length}.yaml`;
        await Deno.writeTextFile(file, block);
        files.push(file);
      }
    }
    assert.ok(files.length > 0);
    for await (const { name } of Deno.readDir(repository("pipelines"))) {
      if (name.endsWith(".yaml")) files.push(repository(`pipelines/${name}`));
    }
    const { code, stdout, stderr } = await lineside(["check", "--json", ...files]);
    assert.deepEqual(JSON.parse(stdout), [], stderr);
    assert.equal(code, 0);
  });
});

Deno.test("every pipeline opens with what it needs and how it is run", async () => {
  for await (const { name } of Deno.readDir(repository("pipelines"))) {
    if (!name.endsWith(".yaml")) continue;
    const text = await Deno.readTextFile(repository(`pipelines/${name}`));
    assert.match(text, /^# /, name);
    assert.match(text, /^# .*\b[Nn]eeds?\b/m, name);
    assert.match(text, /^# {3}scripts\/run/m, name);
  }
});

Deno.test("the README's own element works as written", async () => {
  await withFolder(async (folder) => {
    const [code] = await blocks("README.md", "ts");
    await Deno.writeTextFile(`${folder}/count.ts`, code!);
    const [use] = (await blocks("README.md", "yaml")).filter((block) => block.startsWith("use:"));
    await Deno.writeTextFile(
      `${folder}/mine.yaml`,
      `version: 1\n${use}cameras: { belt: { file: clip.mp4 } }
engines: { detector: { model: m.onnx } }
elements: [letterbox, infer: detector, nms, crowd: { limit: 3 }]\n`,
    );
    const result = await lineside(["check", "mine.yaml"], { cwd: folder });
    assert.equal(result.stdout, "mine.yaml: no mistakes\n", result.stderr);
  });
});

Deno.test("the README names every verb, CONTRIBUTING every room of src/", async () => {
  const readme = await Deno.readTextFile(repository("README.md"));
  for (const command of program().commands) {
    assert.match(readme, new RegExp(`^\\| \`${command.name()}\\b`, "m"));
  }
  const contributing = await Deno.readTextFile(repository("CONTRIBUTING.md"));
  for await (const entry of Deno.readDir(repository("src"))) {
    if (entry.isDirectory) assert.ok(contributing.includes(`\`src/${entry.name}/\``), entry.name);
  }
});

Deno.test("the permissions in the README are those of scripts/lineside", async () => {
  const readme = await Deno.readTextFile(repository("README.md"));
  const script = await Deno.readTextFile(repository("scripts/lineside"));
  const listed = [...readme.matchAll(/^\| `(--allow-\w+)`/gm)].map(([, name]) => name);
  const given = [...script.matchAll(/--allow-\w+/g)].map(([name]) => name);
  assert.deepEqual(listed.sort(), given.sort());
});

Deno.test("docs/elements.md is what the declarations say", async () => {
  const { code, stdout } = await lineside(["inspect", "--markdown"]);
  assert.equal(code, 0);
  for (const name of elements.keys()) assert.match(stdout, new RegExp(`^## ${name}$`, "m"));
  const page = await Deno.readTextFile(repository("docs/elements.md"));
  assert.ok(page === stdout, "docs/elements.md is out of date: deno task reference writes it anew");
});

Deno.test("links in the pages lead somewhere", async () => {
  for (const page of [...pages, "CHANGELOG.md"]) {
    const text = await Deno.readTextFile(repository(page));
    for (const [, target] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const folder = page.includes("/") ? page.replace(/[^/]*$/, "") : "";
      await Deno.stat(repository(folder + target));
    }
  }
});
